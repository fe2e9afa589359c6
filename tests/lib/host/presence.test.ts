/** What a host says of itself: read anew each time, of what it deployed with the commit, and always so that it can be read. */
import { appendFileSync } from "node:fs";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../../lib/contract/address.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { Presence } from "../../../lib/contract/presence.ts";
import { instant } from "../../../lib/contract/values.ts";
import type { Engine, SystemState } from "../../../lib/host/engine.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { appendEvent, createJournal } from "../../../lib/host/journal.ts";
import { type PresenceParts, presenceOf } from "../../../lib/host/presence.ts";
import { closeJournal, makeStateDir, stateDir } from "../../../lib/host/state-dir.ts";
import { rightOf } from "../../support/either.ts";
import { commit, event, noonMs, order, requester, requestId, storePath, web1 } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/presence");

const [one, two] = [storePath("one"), storePath("two")];

const setting = async (changes: Partial<PresenceParts> = {}) => {
  const dir = stateDir(tempDir("presence"));
  await makeStateDir(dir);
  const state: { -readonly [key in keyof SystemState]: SystemState[key] } = { running: one, boots: two, generation: 7 };
  const engine: Pick<Engine, "state" | "rebootNeeded" | "simulated"> = {
    simulated: false,
    state: () => async () => right({ ...state }),
    rebootNeeded: () => async () => right([]),
  };
  const open: JobOrder[] = [];
  const describe = presenceOf({
    ...{ host: web1, addresses: [hostAddress(web1.tier, web1.hostname)], version: "1.2.3", dir, engine },
    running: () => open[0],
    frozen: () => [],
    bootedAtMs: async () => noonMs - 1_000,
    now: () => noonMs,
    ...changes,
  });
  const begin = (of: JobOrder) => {
    createJournal(dir.open, of, event(of, { status: "accepted" }));
    open.push(of);
  };
  /** As the job ends, and the listener closes it. */
  const complete = async (of: JobOrder, closure: typeof one, digit: string) => {
    begin(of);
    await appendEvent(dir.open, of.id, event(of, { status: "completed", closure, commit: commit(digit) }));
    await closeJournal(dir, of.id);
    open.length = 0;
  };
  return { describe, state, begin, complete, dir, open };
};

test("what runs, what boots and since when, under the names of the wire", async () => {
  const { describe } = await setting();
  const presence = await describe();
  assert.equal(presence, {
    ...{ hostname: "web1", tier: "prod", roles: ["web"], deploy_subjects: ["deploy.prod.web1"], version: "1.2.3" },
    ...{ at: instant(noonMs), since: instant(noonMs), booted_at: instant(noonMs - 1_000) },
    ...{ running: one, boots: two, generation: 7 },
  });
  rightOf(Presence.strict(presence));
});

test("the links are read each time, so that what was changed by hand is seen", async () => {
  const { describe, state } = await setting();
  await describe();
  state.running = two;
  assert.is((await describe()).running, two);
});

test("the commit of what this host deployed, also of an earlier deployment, and of nothing else", async () => {
  const { describe, state, complete } = await setting();
  assert.is((await describe()).commit, undefined);
  await complete(order({ id: requestId("r1") }), one, "1");
  assert.is((await describe()).commit, commit("1"));
  await complete(order({ id: requestId("r2") }), two, "2");
  assert.is((await describe()).commit, commit("1"));
  state.running = two;
  assert.is((await describe()).commit, commit("2"));
  state.running = storePath("by-hand");
  assert.is((await describe()).commit, undefined);
});

test("a deployment with the phase that it is in, until its journal has its end", async () => {
  const { describe, begin, dir, open } = await setting();
  const of = order();
  open.push(of);
  assert.is((await describe()).doing?.phase, undefined, "there is no journal yet");
  begin(of);
  await appendEvent(dir.open, of.id, event(of, { status: "started", phase: "build" }));
  assert.equal((await describe()).doing, {
    ...{ id: "req-1", requester: "alice", action: "switch", revision: "main", since: of.accepted_at, phase: "build" },
  });
  await appendEvent(dir.open, of.id, event(of, { status: "completed", closure: one, commit: commit("3") }));
  const { doing, commit: of3 } = await describe();
  assert.equal([doing, of3], [undefined, commit("3")]);
});

test("what cannot be read is left out", async () => {
  const broken = failure("internal", "no links");
  const { describe, dir } = await setting({
    bootedAtMs: async () => undefined,
    engine: {
      simulated: true,
      state: () => async () => left(broken),
      rebootNeeded: () => async () => left(broken),
    },
  });
  appendFileSync(`${dir.open}/torn.ndjson`, "{");
  const { running, boots, booted_at, commit: of, simulated } = await describe();
  assert.equal([running, boots, booted_at, of, simulated], [undefined, undefined, undefined, undefined, true]);
});

test("however much there is to say, it can be read, and the bucket takes it", async () => {
  const address = hostAddress(web1.tier, web1.hostname);
  const freeze = { address, by: requester("bob"), reason: "\u{1f9ca}".repeat(1_000) as never, until: instant(noonMs) };
  const { describe } = await setting({
    host: { ...web1, roles: Array(40).fill(web1.roles[0]) },
    addresses: Array(100).fill(address),
    frozen: () => Array(50).fill(freeze),
    engine: {
      simulated: false,
      state: () => async () => right({ running: one, boots: one, generation: 1 }),
      rebootNeeded: () => async () => right(Array(40).fill("kernel\u0007".repeat(50))),
    },
  });
  const presence = await describe();
  rightOf(Presence.strict(presence));
  assert.ok(Buffer.byteLength(JSON.stringify(presence)) < 16 * 1024);
});

test.run();
