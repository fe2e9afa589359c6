/** What a failed connection is told with: the contexts there are, and which setting is behind a name or a key. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CliEnv } from "../../../cli/env.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { ContextName, type NatsContext } from "../../../lib/contract/nats-context.ts";
import { fit, requester } from "../../support/fixtures.ts";
import { world } from "../support/world.ts";

const test = suite("cli/connection/advice");

const known: NatsContext = {
  servers: ["nats://home"],
  credentials: { kind: "nkey", file: "/a.nk" },
  tls: undefined,
  requester: requester("alice"),
};

const home = (context = known, selected = ""): CliEnv["contexts"] => {
  const all = ["home-alice", "home-bob"].map((name) => fit(ContextName, name));
  return {
    selected: () => async () => right(all.find((name) => name === selected)),
    names: async () => all,
    read: (name) => async () =>
      all.includes(name) ? right(context) : left(failure("invalid_request", `${name}.json does not exist.`)),
  };
};

interface Tried {
  readonly contexts?: CliEnv["contexts"];
  readonly ends: Failure;
  readonly env?: Record<string, string>;
}

const told = async ({ contexts = home(), ends, env = {} }: Tried, ...words: readonly string[]): Promise<string> => {
  const w = world({ contexts, env, connect: () => async () => left(ends) });
  assert.is.not(await w.hd("hosts", ...words), 0);
  return w.err();
};

const refused = failure("unreachable", "Could not connect.");

test("whoever named nothing is told what there is to name", async () => {
  assert.is(
    await told({ ends: refused }),
    "error: Could not connect. No context is selected; there are home-alice and home-bob: give --context NAME, set HOMELAB_DEPLOY_CONTEXT, or run `nats context select`.\n",
  );
  assert.match(
    await told({ ends: refused, contexts: world().cli.contexts }),
    "there is no NATS context: give --nats-url",
  );
  for (const words of [
    ["--nats-url", "nats://x"],
    ["--context", "home-bob"],
  ])
    assert.is(await told({ ends: refused }, ...words), "error: Could not connect.\n");
});

test("a context that is not there is told with those that are", async () => {
  assert.is(
    await told({ ends: refused }, "--context", "home-alcie"),
    "error: There is no NATS context home-alcie. Did you mean home-alice? There are: home-alice and home-bob.\n",
  );
  assert.match(
    await told({ ends: refused, env: { NATS_CONTEXT: "x" } }),
    "There is no NATS context x. There are: home",
  );
});

test("a name that does not belong to the key is told with what gave it", async () => {
  const unknown = (name: string) =>
    failure("unauthorized", `The server does not know this key by the name ${name}. Use the key of ${name}.`);
  assert.match(
    await told({ ends: unknown("alice") }, "--context", "home-bob"),
    "Use the key of alice. The name is from the inbox_prefix of the context home-bob (--context): correct it to _INBOX_<name>, or give the name with --as.\n",
  );
  const odd = home({ ...known, requester: undefined }, "home-bob");
  assert.match(
    await told({ ends: unknown("alice"), contexts: odd }),
    "The name alice is your login name, because the context home-bob (selected) has no inbox_prefix _INBOX_<name>: give another with --as",
  );
  assert.match(await told({ ends: unknown("eve") }, "--as", "eve"), "The name eve is from --as: give another there.\n");
});

test.run();
