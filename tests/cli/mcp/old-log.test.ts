/** A log, and a server, from before there were wishes: what a wish says there, and that what it says to do is what mends it. */
import { jetstreamManager } from "@nats-io/jetstream";
import { right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logStream } from "../../../lib/contract/log-names.ts";
import { applyStreams } from "../../../streams/apply.ts";
import { auditStream } from "../../../streams/audit.ts";
import { rightOf } from "../../support/either.ts";
import { requester } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";
import { owner, startWorld, tiers } from "../../support/nats-world.ts";
import { enrolled, identity } from "../support/fleet.ts";
import { connected, refusalOf, sessionOn, textOf } from "./support/client.ts";

const test = suite("cli/mcp/old-log");

const web1 = identity("prod/web1");
const { addresses } = enrolled("prod/web1");

const begun = async (change?: (config: string) => string) => {
  const world = await startWorld(
    [
      { kind: "host", hostname: web1.hostname, addresses },
      { kind: "deployer", requester: requester("claude"), tiers },
    ],
    change,
  );
  await world.apply({ hosts: [[web1.hostname, addresses]] });
  const bus = await world.bus("claude");
  const as = right({ requester: requester("claude"), bus });
  const one = await connected(sessionOn(memoryLog(), { identity: as, now: Date.now }));
  const end = async () => {
    await Promise.all([one.close(), world.close()]);
    await world.server.stop();
  };
  return { world, end, wish: () => one.call("deploy", { targets: ["prod/web1"] }) };
};

test("a log that takes no wishes refuses one with what mends it, and then takes it", async () => {
  const { world, wish, end } = await begun();
  const nc = await world.raw(owner);
  const { streams } = await jetstreamManager(nc);
  await streams.update(logStream, { subjects: ["hd.req.>", "hd.res.>"] });
  const { code, hint = "" } = refusalOf(await wish());
  assert.is(code, "unaudited");
  assert.match(hint, "hd streams apply --update");
  const wanted = { stream: auditStream({ replicas: 1, maxBytes: 100_000_000 }), consumers: [], sinks: undefined };
  await world.provision(async (port) => rightOf(await applyStreams(port, wanted, { update: true })()));
  assert.match(textOf(await wish()), /^awaiting_approval\n/);
  await end();
});

test("a server that lets nobody wish refuses it with what mends it", async () => {
  const { wish, end } = await begun((config) => config.replaceAll("hd.ask.claude", "hd.old.claude"));
  const { code, hint = "" } = refusalOf(await wish());
  assert.is(code, "unauthorized");
  assert.match(hint, "hd init");
  await end();
});

test.run();
