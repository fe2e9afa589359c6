/** Following a request: what is told was read from the log, each record once, in order; nobody is waited for without end. */
import { left as eitherLeft } from "fp-ts/lib/Either.js";
import { left, right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { type FollowEvent, type FollowOptions, follow } from "../../streams/follow.ts";
import { buildFailed, completed, enrolled, event, id, store, storeResponse } from "../cli/support/fleet.ts";
import { hostName, requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/follow");

const all = "deploy.prod.all" as FollowOptions["request"]["address"];

/** Far enough away that no test waits for it. */
const neverMs = 60_000;

interface Following {
  readonly told: readonly string[];
  readonly result: ReturnType<typeof follow>;
  readonly stop: () => void;
  readonly until: (count: number) => Promise<void>;
}

const tell = (one: FollowEvent): string => {
  if (one.kind === "response") return `${one.record.host} ${one.record.status}`;
  return one.kind === "unreachable" ? `${one.host} ${one.why}` : `stalled ${one.failure.code}`;
};

const start = (log: MemoryLog, hosts: readonly Enrolled[], changes: Partial<FollowOptions> = {}): Following => {
  const told: string[] = [];
  const abort = new AbortController();
  let wake = () => {};
  const result = follow({
    ...log.bus(),
    request: { id, seq: 1, address: all },
    hosts,
    roster: { enrolled: () => right(hosts) },
    onEvent: (one) => {
      told.push(tell(one));
      wake();
    },
    deadlineMs: neverMs,
    signal: abort.signal,
    patience: { answerTimeoutMs: neverMs, absentTimeoutMs: neverMs },
    pollMs: neverMs,
    ...changes,
  });
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { told, result, stop: () => abort.abort(), until };
};

const requested = async (): Promise<MemoryLog> => {
  const log = memoryLog();
  await store(log, "hd.req.alice.prod.all", { revision: "main", id });
  return log;
};

test("ends when every host has ended, with each record told once and in order", async () => {
  const log = await requested();
  const following = start(log, [enrolled("prod/web1"), enrolled("prod/web2")]);
  await storeResponse(log, event("web1", { status: "accepted" }));
  await storeResponse(log, event("web2", { status: "accepted" }));
  await storeResponse(log, event("web1", { status: "started", phase: "build" }));
  await storeResponse(log, completed("web1"));
  await storeResponse(log, buildFailed("web2"));
  const { states, end, failure: why } = await following.result;
  assert.equal(following.told, ["web1 accepted", "web2 accepted", "web1 started", "web1 completed", "web2 failed"]);
  assert.is(end, "settled");
  assert.is(why, undefined);
  assert.equal(
    [...states].map(([host, { kind }]) => `${host} ${kind}`),
    ["web1 ended", "web2 ended"],
  );
});

test("tells what was there before it began", async () => {
  const log = await requested();
  await storeResponse(log, completed("web1"));
  const following = start(log, [enrolled("prod/web1")]);
  assert.is((await following.result).end, "settled");
  assert.equal(following.told, ["web1 completed"]);
});

test("records of another request are not told, whichever of id and sequence they share", async () => {
  const log = await requested();
  await storeResponse(log, completed("web1", { id: requestId("another") }));
  await storeResponse(log, completed("web1", { request_seq: 7 }));
  await store(log, "hd.res.prod.web1.completed", { hostname: "web1", status: "completed", error: null, message: "" });
  const following = start(log, [enrolled("prod/web1")]);
  await storeResponse(log, completed("web1"));
  const { skipped } = await following.result;
  assert.equal(following.told, ["web1 completed"]);
  assert.is(skipped, 0);
});

test("a record that cannot be read is counted and skipped", async () => {
  const log = await requested();
  await store(log, "hd.res.prod.web1.completed", "no JSON");
  await store(log, "hd.res.prod.web1.completed", { ...event("web1", { status: "failed" }) });
  await store(log, "hd.res.prod.web1.completed", { ...completed("web2") });
  await store(log, "hd.res.prod.web1.failed", { ...event("web1", { status: "failed" }), message: "\u001b[2J" });
  const following = start(log, [enrolled("prod/web1")]);
  await storeResponse(log, completed("web1"));
  assert.is((await following.result).skipped, 4);
  assert.equal(following.told, ["web1 completed"]);
});

test("a live message without a record ends nothing", async () => {
  const log = await requested();
  const following = start(log, [enrolled("prod/web1")], { deadlineMs: 50 });
  log.bus().live.publish("hd.res.prod.web1.completed", JSON.stringify(completed("web1")));
  assert.is((await following.result).end, "deadline");
  assert.equal(following.told, []);
});

test("a record whose live copy was lost is found by looking again", async () => {
  const log = await requested();
  const deaf = { subscribe: async () => () => {} };
  const following = start(log, [enrolled("prod/web1")], { live: deaf, pollMs: 5 });
  await storeResponse(log, completed("web1"));
  assert.is((await following.result).end, "settled");
});

test("a record that is stored after its live copy came is found soon", async () => {
  const log = await requested();
  const following = start(log, [enrolled("prod/web1")]);
  log.bus().live.publish("hd.res.prod.web1.completed", JSON.stringify(completed("web1")));
  setTimeout(() => storeQuietly(log), 30);
  assert.is((await following.result).end, "settled");
});

/** By a bus that nobody listens on: a record, and no message. */
const storeQuietly = (log: MemoryLog): void => {
  (log.records as unknown[]).push({
    ...{ seq: log.records.length + 1, subject: "hd.res.prod.web1.completed", atMs: 0, msgId: undefined },
    body: JSON.stringify(completed("web1")),
  });
};

test("a subscription that fails costs only time", async () => {
  const log = await requested();
  const live = { subscribe: async () => Promise.reject(new Error("closed")) };
  const following = start(log, [enrolled("prod/web1")], { live, pollMs: 5 });
  await storeResponse(log, completed("web1"));
  assert.is((await following.result).end, "settled");
});

test("a host that is away is named and left behind, but told when it answers in time", async () => {
  const log = await requested();
  const patience = { answerTimeoutMs: neverMs, absentTimeoutMs: 10 };
  const hosts = [enrolled("prod/web1"), enrolled("prod/web2", { present: false })];
  const following = start(log, hosts, { patience });
  await following.until(1);
  assert.equal(following.told, ["web2 away"]);
  await storeResponse(log, event("web2", { status: "accepted" }));
  await following.until(2);
  await storeResponse(log, completed("web1"));
  await following.until(3);
  await storeResponse(log, completed("web2"));
  const { states, end } = await following.result;
  assert.is(end, "settled");
  assert.equal(
    [...states.values()].map(({ kind }) => kind),
    ["ended", "ended"],
  );
});

const unlisted = { roster: { enrolled: () => right([]) } };
const unknown = { roster: { enrolled: () => left(failure("unreachable", "no route")) } };
const back = { roster: { enrolled: () => right([enrolled("prod/web1")]) } };

for (const [how, change] of Object.entries({ unlisted, unknown, back })) {
  test(`a host that seemed away is not called so when asked again it is ${how}`, async () => {
    const log = await requested();
    const patience = { answerTimeoutMs: 100, absentTimeoutMs: 10 };
    const following = start(log, [enrolled("prod/web1", { present: false })], { ...change, patience });
    await following.result;
    assert.equal(following.told, ["web1 silent"]);
  });
}

test("a host that is there and does not answer is named, and the rest is awaited", async () => {
  const log = await requested();
  const patience = { answerTimeoutMs: 10, absentTimeoutMs: neverMs };
  const following = start(log, [enrolled("prod/web1"), enrolled("prod/web2")], { patience });
  await storeResponse(log, event("web1", { status: "accepted" }));
  await following.until(2);
  await storeResponse(log, completed("web1"));
  const { states, end } = await following.result;
  assert.is(end, "settled");
  assert.equal(following.told, ["web1 accepted", "web2 silent", "web1 completed"]);
  assert.equal(states.get(hostName("web2")), { kind: "unreachable", why: "silent" });
});

test("a host that nobody expected is told, and awaited once it has answered", async () => {
  const log = await requested();
  const following = start(log, [enrolled("prod/web1")]);
  await storeResponse(log, event("new1", { status: "accepted" }));
  await storeResponse(log, completed("web1"));
  await following.until(2);
  await storeResponse(log, completed("new1"));
  assert.is((await following.result).states.get(hostName("new1"))?.kind, "ended");
});

test("the first ending of a host stands", async () => {
  const log = await requested();
  await storeResponse(log, completed("web1"));
  await storeResponse(log, buildFailed("web1"));
  const { states } = await start(log, [enrolled("prod/web1")]).result;
  const state = states.get(hostName("web1"));
  assert.is(state?.kind === "ended" && state.record.status, "completed");
});

test("the deadline ends it, and says who is still at it", async () => {
  const log = await requested();
  await storeResponse(log, event("web1", { status: "accepted" }));
  const { end, states } = await start(log, [enrolled("prod/web1"), enrolled("prod/web2")], { deadlineMs: 20 }).result;
  assert.is(end, "deadline");
  assert.equal(
    [...states.values()].map(({ kind }) => kind),
    ["running", "waiting"],
  );
});

test("being stopped ends it at once, also in the middle of a read that hangs", async () => {
  const log = await requested();
  const hanging = { range: () => () => new Promise<never>(() => {}) };
  const following = start(log, [enrolled("prod/web1")], { log: hanging });
  following.stop();
  assert.is((await following.result).end, "aborted");
});

test("stopped before it began, it tells nothing", async () => {
  const log = await requested();
  await storeResponse(log, completed("web1"));
  const signal = AbortSignal.abort();
  const following = start(log, [enrolled("prod/web1")], { signal });
  assert.is((await following.result).end, "aborted");
  assert.equal(following.told, []);
});

test("a log that cannot be read is said, tried again, and nobody is called silent meanwhile", async () => {
  const log = await requested();
  await storeResponse(log, completed("web1"));
  let broken = true;
  const { range } = log.bus().log;
  const reader: Pick<Bus["log"], "range"> = {
    range: (...about) => (broken ? left(failure("unreachable", "no route")) : range(...about)),
  };
  const patience = { answerTimeoutMs: 0, absentTimeoutMs: 0 };
  const following = start(log, [enrolled("prod/web1")], { log: reader, pollMs: 5, patience });
  await following.until(2);
  assert.equal(following.told.slice(0, 2), ["stalled unreachable", "stalled unreachable"]);
  broken = false;
  const { failure: why } = await following.result;
  assert.is(following.told.at(-1), "web1 completed");
  assert.is(why, undefined);
});

test("after a log that could not be read, a host has its whole time again", async () => {
  const log = await requested();
  const { range } = log.bus().log;
  const patience = { answerTimeoutMs: 300, absentTimeoutMs: 300 };
  let reads = 0;
  const failing = () => new Promise<ReturnType<typeof noRoute>>((resolve) => setTimeout(() => resolve(noRoute()), 400));
  const reader: Pick<Bus["log"], "range"> = { range: (...about) => (reads++ === 0 ? failing : range(...about)) };
  const following = start(log, [enrolled("prod/web1")], { log: reader, pollMs: 10, patience });
  await following.result;
  assert.equal(following.told, ["stalled unreachable", "web1 silent"]);
  assert.ok(reads > 2, "it was called silent at the first look that went well");
});

const noRoute = () => eitherLeft(failure("unreachable", "no route"));

test("a log that stays unreadable is the reason why it ended", async () => {
  const log = await requested();
  const reader = { range: () => left(failure("unreachable", "no route")) };
  const { end, failure: why } = await start(log, [enrolled("prod/web1")], { log: reader, deadlineMs: 20 }).result;
  assert.is(end, "deadline");
  assert.is(why?.code, "unreachable");
});

test("a log that cannot be read is not stormed, however overdue the hosts are", async () => {
  const log = await requested();
  let reads = 0;
  const reader: Pick<Bus["log"], "range"> = {
    range: () => {
      reads += 1;
      return left(failure("unreachable", "no route"));
    },
  };
  const patience = { answerTimeoutMs: 0, absentTimeoutMs: 0 };
  await start(log, [enrolled("prod/web1")], { log: reader, deadlineMs: 100, patience }).result;
  assert.ok(reads <= 10, `${reads} reads in 100 ms`);
});

test("of two records published together, the one that is stored late is found as soon", async () => {
  const log = await requested();
  const following = start(log, [enrolled("prod/web1")]);
  await storeResponse(log, event("web1", { status: "accepted" }));
  log.bus().live.publish("hd.res.prod.web1.completed", JSON.stringify(completed("web1")));
  await following.until(1);
  setTimeout(() => storeQuietly(log), 30);
  assert.is((await following.result).end, "settled");
});

test("an address of one's own that looks like a host's is followed on its hosts", async () => {
  const log = await requested();
  const address = "deploy.prod.blue" as typeof all;
  const host = enrolled("prod/web1");
  const request = { id, seq: 1, address };
  await storeResponse(log, completed("web1"));
  const hosts = [{ ...host, addresses: [...host.addresses, address] }];
  assert.is((await start(log, hosts, { request }).result).end, "settled");
});

test("more records than one page holds are all read", async () => {
  const log = await requested();
  for (let n = 0; n < 600; n += 1) await storeResponse(log, event("web1", { status: "started", phase: "build" }));
  await storeResponse(log, completed("web1"));
  const following = start(log, [enrolled("prod/web1")]);
  await following.result;
  assert.is(following.told.length, 601);
});

test.run();
