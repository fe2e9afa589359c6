/** What is told of each host in all: from counts and the newest records, in a stretch of time too. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { type HostSummary, historySummary, type SummaryQuery } from "../../streams/history-summary.ts";
import { buildFailed, completed, storeResponse } from "../cli/support/fleet.ts";
import { noonMs, requestId, tier } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/history-summary");

/** A record a second: web1 in prod, then lab1 in test, which fails every other time. */
const filled = async (): Promise<MemoryLog> => {
  const log: MemoryLog = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  for (let n = 1; n <= 100; n += 1) {
    const about = { id: requestId(`r${n}`), request_seq: 1_000 + n, elapsed_ms: n * 1_000 };
    await storeResponse(log, completed("web1", about));
    await storeResponse(log, n % 2 === 0 ? completed("lab1", about) : buildFailed("lab1", about), "test");
  }
  return log;
};

const read = async (log: Bus["log"], query: Partial<SummaryQuery> = {}): Promise<readonly HostSummary[]> => {
  const hosts = await historySummary(log, { phases: false, ...query })();
  if (isLeft(hosts)) throw new Error(hosts.left.message);
  return hosts.right;
};

const brief = ({ host, ended, lastCompleted, lastFailed }: HostSummary) => [
  host,
  ended.completed,
  ended.failed,
  lastCompleted?.seq,
  lastFailed?.seq,
];

test("of the whole log, and of a tier of it", async () => {
  const { log } = (await filled()).bus();
  const [web1, lab1] = [
    ["web1", 100, 0, 199, undefined],
    ["lab1", 50, 50, 200, 198],
  ];
  assert.equal((await read(log)).map(brief), [web1, lab1]);
  assert.equal((await read(log, { tier: tier("test") })).map(brief), [lab1]);
});

test("of a stretch of time", async () => {
  const { log } = (await filled()).bus();
  const hosts = await read(log, { sinceMs: noonMs + 20_000, untilMs: noonMs + 39_000 });
  assert.equal(hosts.map(brief), [
    ["web1", 10, 0, 39, undefined],
    ["lab1", 5, 5, 40, 38],
  ]);
  assert.equal(await read(log, { sinceMs: noonMs + 3_600_000 }), []);
});

test("times are those of the newest deployments, and say of how many", async () => {
  const [web1] = await read((await filled()).bus().log);
  const { count = 0, medianMs = 0, p95Ms = 0 } = web1?.times.whole ?? {};
  assert.ok(count >= 20 && count <= 80, `${count}`);
  assert.is(p95Ms, (100 - count + Math.ceil(count * 0.95)) * 1_000);
  assert.is(medianMs, (100 - count + Math.ceil(count * 0.5)) * 1_000);
});

test("a server that cannot count tells of the whole log only", async () => {
  const { log } = (await filled()).bus();
  const old = { ...log, count: () => async () => right(undefined) };
  assert.is((await read(old))[0]?.ended.completed, 100);
  const part = await historySummary(old, { phases: false, sinceMs: noonMs + 5_000 })();
  assert.is(isLeft(part) && part.left.code, "invalid_request");
});

test("a log that cannot be read is the reason", async () => {
  const { log } = (await filled()).bus();
  const broken = () => left(failure("unreachable", "no route"));
  for (const part of [{ end: broken }, { subjects: broken }, { newest: broken }, { range: broken }]) {
    const hosts = await historySummary({ ...log, ...part }, { phases: false })();
    assert.is(isLeft(hosts) && hosts.left.code, "unreachable");
  }
});

test.run();
