/** From a tool's arguments to a request for a build, checked before anything is sent. Which repositories there are a builder says. */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { BuildAddress } from "../../../lib/contract/build-address.ts";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { known } from "../../../lib/contract/known.ts";
import { BuildTarget, HostName, Repo } from "../../../lib/contract/names.ts";
import { build as route } from "../../../lib/contract/routes/build.ts";
import { type Decoded, defaulted, optional, required } from "../../../lib/contract/struct.ts";
import { instant, Revision } from "../../../lib/contract/values.ts";
import { checked } from "../../../lib/router/call.ts";
import type { AskedBuild } from "../../build/send.ts";
import type { BuildOrder } from "../../build/watched.ts";
import { calledBy } from "../deploying/wanted.ts";
import type { ToolContext, ToolFailure } from "../tool.ts";

const { fields } = route.input;

/** The original's arguments, and those of `hd build`. */
export const buildFields = {
  repo: required(Repo, "the repository, as the builder's configuration calls it"),
  target: optional(BuildTarget, "one host, or all"),
  host: optional(HostName, "one host: the same as target"),
  hosts: optional(list(HostName, 200), fields.hosts.sentence),
  all: optional(toggle("All"), "true: all hosts of the repository"),
  revision: optional(Revision, "branch, tag or commit; main if left out"),
  branch: optional(Revision, "the same as revision"),
  reason: optional(prose("Reason", 500), "why, for the log"),
  seconds: defaulted(integer("Seconds", 0, 45), 40, "how long to watch before the answer; the build goes on"),
};

export type BuildArgs = Decoded<typeof buildFields>;

const lifeMs = 60 * 60_000;

const wrong = (message: string): Either<ToolFailure, never> =>
  left({
    ...failure("invalid_request", `Nothing was sent: ${message}`),
    hint: "Name one host by target, some by hosts, or all with all.",
  });

const whole = "all" as BuildTarget;
const asTarget = (host: HostName): BuildTarget => `${host}` as BuildTarget;

/** Exactly one way to name hosts: none never means all. A list of one is that host, and is answered as such. */
const addressOf = ({ repo, target, host, hosts, all }: BuildArgs): Either<ToolFailure, BuildAddress> => {
  const single = [target, host && asTarget(host), all === true ? whole : undefined];
  const ways = [...new Set(single), hosts].filter((one) => one !== undefined);
  if (ways.length === 0 || hosts?.length === 0) return wrong("no host is named.");
  if (ways.length > 1) return wrong("hosts are named in more than one way.");
  const [first, ...more] = hosts ?? [];
  const some = first !== undefined && more.length === 0 ? asTarget(first) : whole;
  return right({ repo, target: single.find((one) => one !== undefined) ?? some });
};

const orderOf = (args: BuildArgs, context: ToolContext): Either<Failure, BuildOrder> => {
  const { revision, branch, hosts, reason } = args;
  if (revision !== undefined && branch !== undefined && revision !== branch)
    return left(failure("invalid_request", "Nothing was sent: revision and branch mean the same; give one of them."));
  const expires = instant(context.now() + lifeMs);
  const some = hosts !== undefined && hosts.length > 1 ? hosts : undefined;
  const given = known({ hosts: some, reason, ...calledBy(context) });
  return checked(route, { revision: revision ?? branch ?? "main", expires_at: expires, ...given });
};

export const wantedBuild = (args: BuildArgs, context: ToolContext): Either<ToolFailure, AskedBuild> => {
  const address = addressOf(args);
  if (isLeft(address)) return address;
  return map((order: BuildOrder) => ({ address: address.right, order }))(orderOf(args, context));
};
