/** Following a build: what is told was read from the log, in order, and nobody is waited for without end. */
import { left as eitherLeft } from "fp-ts/lib/Either.js";
import { left, right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { BuildTarget, Repo } from "../../lib/contract/names.ts";
import type { Bus, ServicePlace } from "../../lib/router/ports.ts";
import { type BuildFollowEvent, type BuildFollowOptions, followBuild } from "../../streams/build-follow.ts";
import { seeBuilder } from "../../streams/build-place.ts";
import {
  accepted,
  buildEvent,
  building,
  built,
  done,
  ended,
  free,
  notBuilt,
  resolving,
  storeBuild,
} from "../cli/support/builder.ts";
import { errorCode, id, store } from "../cli/support/fleet.ts";
import { commit, fit, hostName, requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/build-follow");

const address = { repo: fit(Repo, "nixos"), target: fit(BuildTarget, "all") };

const tailed = { log_tail: ["error: no"] as never };

/** Far enough away that no test waits for it. */
const neverMs = 60_000;

interface Following {
  readonly told: readonly string[];
  readonly result: ReturnType<typeof followBuild>;
  readonly stop: () => void;
  readonly until: (count: number) => Promise<void>;
}

const tell = (one: BuildFollowEvent): string => {
  switch (one.kind) {
    case "response":
      return `${one.record.status}${one.record.event.host === undefined ? "" : ` ${one.record.event.host.host}`}`;
    case "queued":
      return `behind ${one.behind.event.request_seq}`;
    case "unreachable":
      return one.why;
    case "stalled":
      return `stalled ${one.failure.code}`;
  }
};

const start = (log: MemoryLog, changes: Partial<BuildFollowOptions> = {}): Following => {
  const told: string[] = [];
  const abort = new AbortController();
  let wake = () => {};
  const result = followBuild({
    ...log.bus(),
    builder: () => right(free),
    request: { id, seq: 1, address },
    seen: { kind: "free" },
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
  await store(log, "hd.req.alice.build.nixos.all", { revision: "main", id });
  return log;
};

test("ends with the build, and what a host had to say at length is kept", async () => {
  const log = await requested();
  const following = start(log);
  const tail = { log_tail: ["error: no"] as never };
  for (const said of [accepted, resolving, building(2), done(built("web1")), done(notBuilt("db1"), tail)])
    await storeBuild(log, buildEvent(said));
  const bare = { host: hostName("db1"), outcome: "failed" } as const;
  await storeBuild(log, buildEvent(ended(bare, built("web1"))));
  const { progress, end } = await following.result;
  assert.equal(following.told, ["accepted", "started", "started", "started web1", "started db1", "failed"]);
  assert.equal([end, progress.ended, progress.total], ["settled", true, 2]);
  const db1 = progress.hosts.get(hostName("db1"));
  assert.equal([db1?.message, db1?.tail], ["error: attribute 'nginxx' missing", ["error: no"]]);
});

test("the first ending stands", async () => {
  const log = await requested();
  await storeBuild(log, buildEvent(ended(built("web1"))));
  await storeBuild(log, buildEvent(ended(notBuilt("web1"))));
  const { progress } = await start(log).result;
  assert.is(progress.newest?.status, "completed");
});

test("records of another build are not told, whichever of id and sequence they share", async () => {
  const log = await requested();
  await storeBuild(log, buildEvent(ended(built("web1")), 7));
  await storeBuild(log, buildEvent(ended(built("web1")), 1, { id: requestId("another") }));
  const following = start(log);
  await storeBuild(log, buildEvent(accepted));
  await following.until(1);
  assert.equal(following.told, ["accepted"]);
  following.stop();
  assert.is((await following.result).end, "aborted");
});

test("what is none of a builder's words is counted; a live word without a record ends nothing", async () => {
  const log = await requested();
  await store(log, "hd.res.build.forge.completed", "no JSON");
  await store(log, "hd.res.build.forge.completed", buildEvent({ status: "failed", message: "no" }));
  log.bus().live.publish("hd.res.build.forge.completed", JSON.stringify(buildEvent(ended(built("web1")))));
  const { end, skipped, progress } = await start(log, { deadlineMs: 50 }).result;
  assert.equal([end, skipped, progress.newest], ["deadline", 2, undefined]);
});

test("a builder that is away is asked for again before it is called so", async () => {
  const log = await requested();
  const patience = { answerTimeoutMs: neverMs, absentTimeoutMs: 5 };
  const away: ServicePlace = { present: false, pending: 1 };
  const changes = { patience, seen: { kind: "away" }, builder: () => right(away) } as const;
  const { unreachable, end } = await start(log, changes).result;
  assert.equal([unreachable, end], ["away", "settled"]);
});

test("a builder that comes after all is waited for, and one that stays silent is told so", async () => {
  const log = await requested();
  const patience = { answerTimeoutMs: 10, absentTimeoutMs: 5 };
  const { unreachable } = await start(log, { patience, seen: { kind: "away" } }).result;
  assert.is(unreachable, "silent");
});

test("behind another build it waits, and is told behind which, once for each", async () => {
  const log = await requested();
  const patience = { answerTimeoutMs: 5, absentTimeoutMs: 5 };
  const busy: ServicePlace = { present: true, pending: 2 };
  await storeBuild(log, buildEvent(building(2), 70, { id: requestId("first") }));
  const following = start(log, { patience, builder: () => right(busy) });
  await following.until(1);
  await storeBuild(log, buildEvent(ended(built("web1")), 70, { id: requestId("first") }));
  await storeBuild(log, buildEvent(building(2), 71, { id: requestId("second") }));
  await following.until(2);
  await storeBuild(log, buildEvent(ended(built("web1"))));
  assert.is((await following.result).progress.newest?.status, "completed");
  assert.equal(following.told, ["behind 70", "behind 71", "completed"]);
});

test("a builder that is gone in the middle is not waited for without end; one that comes back is", async () => {
  const log = await requested();
  await storeBuild(log, buildEvent(accepted));
  let place: ServicePlace = { present: true, pending: 1 };
  const patience = { answerTimeoutMs: 10, absentTimeoutMs: neverMs };
  const following = start(log, { patience, builder: () => right(place) });
  await following.until(1);
  await storeBuild(log, buildEvent(building(1)));
  await following.until(2);
  place = { present: false, pending: 1 };
  const { unreachable, end } = await following.result;
  assert.equal([unreachable, end], ["away", "settled"]);
  assert.equal(following.told, ["accepted", "started", "away"]);
});

const again = { commit: commit("4"), phase: "build" } as const;

test("a build that was begun twice is what it was the second time", async () => {
  const log = await requested();
  const first = [
    accepted,
    resolving,
    building(4),
    done(built("old")),
    done(notBuilt("aaa"), tailed),
    done(built("bbb")),
  ];
  const second = [resolving, { ...building(2), ...again }, done(built("aaa")), done(notBuilt("bbb"), tailed)];
  for (const said of [...first, ...second]) await storeBuild(log, buildEvent(said));
  const end = { ...ended(built("aaa"), { host: hostName("bbb"), outcome: "failed" }), commit: again.commit };
  await storeBuild(log, buildEvent(end));
  const { progress } = await start(log).result;
  assert.equal([progress.commit, progress.total], [again.commit, 2]);
  const shown = [...progress.hosts.values()].map(({ host, outcome, error, tail }) => [
    host,
    outcome,
    error,
    tail.length,
  ]);
  assert.equal(shown, [
    ["aaa", "built", undefined, 0],
    ["bbb", "failed", "build_failed", 1],
  ]);
});

test("of a try whose beginning was not recorded, only what the end lists is kept, and as it says", async () => {
  const log = await requested();
  for (const said of [accepted, building(2), done(notBuilt("aaa"), tailed), done(built("old")), ended(built("aaa"))])
    await storeBuild(log, buildEvent(said));
  const { progress } = await start(log).result;
  assert.equal([...progress.hosts.values()], [{ ...built("aaa"), tail: [] }]);
});

test("an end without a list is about no host", async () => {
  const log = await requested();
  const end = { status: "failed", message: "ended ten times", error: errorCode("interrupted") } as const;
  for (const said of [accepted, building(2), done(notBuilt("aaa")), end]) await storeBuild(log, buildEvent(said));
  const { progress } = await start(log).result;
  assert.equal([progress.hosts.size, progress.newest?.event.error], [0, "interrupted"]);
});

test("a log that cannot be read is told, and read on", async () => {
  const log = await requested();
  let broken = true;
  const range: Bus["log"]["range"] = (...about) =>
    broken ? left(failure("unreachable", "no route")) : log.bus().log.range(...about);
  const following = start(log, { log: { ...log.bus().log, range }, pollMs: 5 });
  await following.until(1);
  broken = false;
  await storeBuild(log, buildEvent(ended(built("web1"))));
  assert.is((await following.result).end, "settled");
  assert.ok(following.told.includes("stalled unreachable"));
  assert.is(following.told.at(-1), "completed");
});

test("how it is with builders", async () => {
  const log = await requested();
  const seen = async (place: ServicePlace | undefined) =>
    (await seeBuilder({ log: log.bus().log, builder: () => right(place) }))?.kind;
  assert.is(await seen(undefined), "no place");
  assert.is(await seen({ present: true, pending: 0 }), "free");
  assert.is(await seen({ present: false, pending: 1 }), "away");
  await storeBuild(log, buildEvent(accepted, 70));
  assert.is(await seen({ present: true, pending: 1 }), "busy");
  assert.is(await seen({ present: false, pending: 1 }), "away");
  assert.is(await seen({ present: true, pending: 0 }), "free");
  await storeBuild(log, buildEvent(ended(built("web1")), 70));
  assert.is(await seen({ present: false, pending: 1 }), "away");
  const unknown = async () => eitherLeft(failure("unreachable", "no route"));
  assert.is(await seeBuilder({ log: log.bus().log, builder: () => unknown }), undefined);
});

test.run();
