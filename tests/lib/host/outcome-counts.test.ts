/** Outcomes of a host over restarts: what the log has is counted once, however the listener came to know of it. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { responseSubject } from "../../../lib/contract/address.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Phase } from "../../../lib/contract/values.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { appendEvent, createJournal } from "../../../lib/host/journal.ts";
import { lookAtNewest, type OutcomesEnv, outcomesOf } from "../../../lib/host/outcome-counts.ts";
import { closeJournal, makeStateDir, stateDir } from "../../../lib/host/state-dir.ts";
import type { Entry } from "../../../lib/router/ports.ts";
import { event, hostName, idsOf, keepingLogger, noonMs, order, requestId, web1 } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/outcome-counts");
const ids = idsOf(web1);
const root = tempDir("outcomes");
let worlds = 0;

const world = async () => {
  worlds += 1;
  const dir = stateDir(join(root, `${worlds}`));
  await makeStateDir(dir);
  const memory = memoryLog({ now: () => noonMs });
  const logger = keepingLogger();
  /** What a listener that starts now shows. */
  const start = async (changes: Partial<OutcomesEnv> = {}) => {
    const shown: Record<string, number> = {};
    const add = (key: string, n: number): void => {
      shown[key] = (shown[key] ?? 0) + n;
    };
    const meter = {
      ended: ({ status, code }: { status: string; code: string }, n: number) => add(`${status} ${code}`.trim(), n),
      took: (_: object, ms: number, n: number) => add("ms", ms * n),
      phase: (phase: Phase, ms: number, n: number) => add(`${phase} ms`, ms * n),
      succeeded: () => undefined,
      appended: () => add("appended", 1),
    };
    const outcomes = await outcomesOf({ dir, host: web1, ids, meter, logger, passedMs: () => 0, ...changes });
    const log = outcomes.counting(memory.bus().log);
    return { shown, log };
  };
  return { dir, memory, logger, start, file: join(dir.root, "outcomes.ndjson") };
};

type World = Awaited<ReturnType<typeof world>>;

const nth = (n: number): JobOrder => order({ id: requestId(`req-${n}`), request_seq: n });

const entryOf = (of: JobOrder, one: DeployEvent, number: number) => ({
  subject: responseSubject(web1.tier, web1.hostname, one.status),
  body: JSON.stringify(one),
  msgId: ids.of({ id: of.id, seq: of.request_seq }, number),
});

const end = (of: JobOrder, changes: Partial<DeployEvent> = {}): DeployEvent =>
  event(of, { status: "completed", elapsed_ms: 5_000, ...changes });

const failed = { status: "failed", error: "timeout" as DeployEvent["error"] } as const;

/** A journal of three events, closed as it would be. */
const closed = async ({ dir }: World, of: JobOrder, changes: Partial<DeployEvent> = {}): Promise<void> => {
  createJournal(dir.open, of, event(of, { status: "accepted", elapsed_ms: 0 }));
  await appendEvent(dir.open, of.id, event(of, { status: "started", phase: "build", elapsed_ms: 1_000 }));
  await appendEvent(dir.open, of.id, end(of, changes));
  await closeJournal(dir, of.id);
};

test("what the log took is counted, and again after a restart", async () => {
  const { start } = await world();
  const first = await start();
  await first.log.append(entryOf(nth(1), end(nth(1)), 3))();
  await first.log.append(entryOf(nth(2), end(nth(2), failed), 3))();
  await first.log.append(entryOf(nth(3), event(nth(3), { status: "started", phase: "build" }), 2))();
  await first.log.append(
    entryOf(nth(4), event(nth(4), { status: "rejected", error: failed.error, control: "cancel" }), 1),
  )();
  assert.equal(first.shown, { completed: 1, "failed timeout": 1, ms: 10_000, appended: 4 });
  assert.equal((await start()).shown, { completed: 1, "failed timeout": 1, ms: 10_000 });
  assert.equal((await start()).shown, { completed: 1, "failed timeout": 1, ms: 10_000 });
});

test("appended twice, or found by a look at the newest, it is counted once", async () => {
  const { start } = await world();
  const { log, shown } = await start();
  for (let n = 0; n < 3; n++) await log.append(entryOf(nth(1), end(nth(1)), 3))();
  await lookAtNewest({ host: web1, log });
  assert.is(shown["completed"], 1);
});

test("killed between the acknowledgement and the count: the newest of the log tells the next listener", async () => {
  const { memory, start } = await world();
  await memory.bus().log.append(entryOf(nth(1), end(nth(1)), 3))();
  for (let n = 0; n < 3; n++) {
    const { log, shown } = await start();
    await lookAtNewest({ host: web1, log });
    assert.is(shown["completed"], 1);
  }
});

test("what the log did not take is not counted", async () => {
  const { start, memory } = await world();
  const { shown } = await start();
  const outcomes = await outcomesOf({
    ...{ dir: stateDir(join(root, "none")), host: web1, ids, logger: keepingLogger(), passedMs: () => 0 },
    meter: {
      ended: () => assert.unreachable(),
      took: () => assert.unreachable(),
      phase: () => assert.unreachable(),
      succeeded: () => assert.unreachable(),
      appended: () => assert.unreachable(),
    },
  });
  const away = left(failure("unaudited", "away"));
  const log = outcomes.counting({ append: (_entry: Entry) => async () => away, last: memory.bus().log.last });
  assert.is((await log.append(entryOf(nth(1), end(nth(1)), 3))())._tag, "Left");
  assert.equal(shown, {});
});

test("journals that were closed while nobody counted are counted by the next, each once", async () => {
  const w = await world();
  for (const n of [1, 2, 3]) await closed(w, nth(n), n === 3 ? failed : {});
  const all = { completed: 2, "failed timeout": 1, ms: 15_000, "build ms": 12_000 };
  assert.equal((await w.start()).shown, all);
  const { log, shown } = await w.start();
  // The log has it too, under the same id.
  await log.append(entryOf(nth(2), end(nth(2)), 3))();
  assert.equal(shown, { ...all, appended: 1 });
});

test("journals of another name of this host, or lost ones, are not", async () => {
  const w = await world();
  await closed(w, order({ id: requestId("req-1"), hostname: hostName("old1") }));
  await closed(w, nth(2));
  writeFileSync(join(w.dir.done, "req-2.lost"), "2\n");
  assert.equal((await w.start()).shown, {});
});

test("a torn line, and a file of nonsense, cost what they held and nothing else", async () => {
  const { start, file } = await world();
  const { log } = await start();
  await log.append(entryOf(nth(1), end(nth(1)), 3))();
  appendFileSync(file, readFileSync(file, "utf8").split("\n")[1]?.slice(0, 40) ?? "");
  assert.is((await start()).shown["completed"], 1);
  writeFileSync(file, "\u0000\u0000nonsense\n{}\n[1]\n");
  assert.equal((await start()).shown, {});
});

test("a disk that takes nothing stops no deployment, and what it missed goes with the next", async () => {
  const { start, file, dir, logger } = await world();
  const { log, shown } = await start();
  rmSync(file);
  mkdirSync(file);
  assert.is((await log.append(entryOf(nth(1), end(nth(1)), 3))())._tag, "Right");
  assert.is((await log.append(entryOf(nth(2), end(nth(2)), 3))())._tag, "Right");
  assert.is(shown["completed"], 2);
  assert.match(logger.lines.at(-1)?.message ?? "", "cannot be kept; a restart would lose some");
  rmSync(join(dir.root, "outcomes.ndjson"), { recursive: true });
  await log.append(entryOf(nth(3), end(nth(3)), 3))();
  assert.is((await start()).shown["completed"], 3);
});

test("the file does not grow with the past", async () => {
  const { start, file } = await world();
  const { log } = await start();
  for (let n = 1; n <= 5_000; n++)
    await log.append(entryOf(nth(n), event(nth(n), { status: "rejected", ...{ error: failed.error } }), 1))();
  assert.ok(readFileSync(file, "utf8").length < 1_000_000);
  assert.is((await start()).shown["rejected timeout"], 5_000);
});

test("a log that cannot be read now is looked at in vain, and that is all", async () => {
  const { start } = await world();
  const { shown } = await start();
  const away = left(failure("unreachable", "away"));
  await lookAtNewest({ host: web1, log: { last: () => async () => away } });
  await lookAtNewest({ host: web1, log: { last: () => async () => right(undefined) } });
  assert.equal(shown, {});
});

test.run();
