/** What a rehearsal is given on the command line: of which hosts, and with what policy. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Address, parseTarget } from "../../lib/contract/address.ts";
import type { ArgType } from "../args/arg-type.ts";
import { plainArg } from "../args/arg-type.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { hostArg } from "../args/host-arg.ts";
import { many, optional } from "../args/option.ts";
import type { CliEnv } from "../env.ts";

const targetArg: ArgType<Address> = {
  name: "target",
  parse: (text) => {
    const address = parseTarget(text);
    return isLeft(address) ? left(`is not used: ${address.left}`) : right(address.right);
  },
};

/** The environment gives nothing of it: a policy that is tried is said. */
export const rehearsalArgs = ({ env }: CliEnv) => ({
  intoRouter: optional(env, {
    long: "into-router",
    type: plainArg("file|stream"),
    about: "send nothing: put recorded requests, of an export or of the log in use, to hosts that only decide",
  }),
  hosts: many(
    env,
    {
      long: "host",
      type: hostArg,
      about: "rehearse only this host, as prod/web1:web,dns; repeat it for more",
      shown: "all that the record knows, with the roles they had",
    },
    ";",
  ),
  trustedKeysFile: optional(env, {
    long: "trusted-keys",
    type: plainArg("file"),
    about: "whose signatures count in the rehearsal; without it none is checked",
  }),
  queueMs: optional(env, {
    long: "queue-timeout",
    type: durationArg(),
    about: "how long a request that names no expiry may wait in the rehearsal",
    shown: "1h",
  }),
  frozen: many(env, {
    long: "freeze",
    type: targetArg,
    about: "as though this target was frozen before the record begins; repeat it for more",
  }),
  onlyDifferent: flag(env, { long: "only-different", about: "show only decisions that are different" }),
});
