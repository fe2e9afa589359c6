/** Carrying a journal to the log: every event once and in order, and one end, whatever becomes of log, listener and job. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { left } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { claim } from "../../../lib/host/claim.ts";
import { readCursor } from "../../../lib/host/cursor.ts";
import { type Forwarding, forward } from "../../../lib/host/forward.ts";
import { journalFile } from "../../../lib/host/journal.ts";
import { jobLimitMs } from "../../../lib/host/limits.ts";
import { eventually } from "../../support/collector.ts";
import { order, replyTo } from "../../support/fixtures.ts";
import { type HostWorld, hostWorld, jobIdentity } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/forward");
const root = tempDir("forward");
const { id } = order();
const never = new AbortController().signal;
let world: HostWorld;
let count = 0;

test.before.each(async () => {
  world = await hostWorld(join(root, String(count++)));
});

const run = (from = 0, signal = never, changes: Partial<Forwarding> = {}) =>
  forward(world.env(changes), id, { at: from }, signal);

const isRecorded = (record: string) =>
  eventually(`"${record}" is recorded`, async () => (world.recorded().includes(record) ? true : undefined));

/** Wakes whoever follows the journal, as a change of it does. */
const nudge = () => {
  if (existsSync(journalFile(world.dir.open, id))) utimesSync(journalFile(world.dir.open, id), count, count++);
};

const whole = ["1 accepted", "2 started", "3 started", "4 completed"];

const writeAll = async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  await world.write("started", "build");
  await world.write("completed", "verify");
};

test("every event is recorded in order under an id of its own, and the journal is closed", async () => {
  await writeAll();
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), whole);
  assert.equal(readdirSync(world.dir.open), []);
  assert.equal(readdirSync(world.dir.done).toSorted(), ["req-1.cursor", "req-1.ndjson", "req-1.run"]);
});

test("a listener that was told to end while it records an event notes nothing: its word would be that of nobody", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "verify");
  const told = new AbortController();
  const { log } = world.env();
  const append: Forwarding["log"]["append"] = (entry) => async () => {
    const appended = await log.append(entry)();
    if (world.recorded().includes("2 started")) told.abort();
    return appended;
  };
  assert.is(await run(0, told.signal, { log: { ...log, append } }), "stopped");
  assert.equal(world.recorded(), ["1 accepted", "2 started"]);
  assert.is(await readCursor(world.dir.open, id), 1);
});

test("events are forwarded as they are written, while the job works", async () => {
  await world.accept();
  await world.begin();
  const running = run();
  await isRecorded("1 accepted");
  await world.write("started", "resolve");
  await isRecorded("2 started");
  await world.write("failed", "resolve");
  assert.is(await running, "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 started", "3 failed"]);
});

test("what an earlier listener carried is not carried again", async () => {
  await writeAll();
  assert.is(await run(2), "ended");
  assert.equal(world.recorded(), ["3 started", "4 completed"]);
  // The end needs no note: closing follows it.
  assert.is(await readCursor(world.dir.done, id), 3);
});

test("carried twice, because nobody remembers how far it came, the log has it once", async () => {
  await writeAll();
  assert.is(await run(), "ended");
  renameSync(journalFile(world.dir.done, id), journalFile(world.dir.open, id));
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), whole);
});

test("what the log does not take is tried until it does, and nothing overtakes it", async () => {
  await writeAll();
  world.takes.push(false, true, true, false, true);
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), whole);
  const warned = world.logger.lines.filter(({ level }) => level === "warn");
  assert.equal(
    warned.map(({ fields, message }) => [fields, message]),
    [1, 3].map((event) => [{ id, event, code: "unaudited" }, "not forwarded yet: The log cannot be reached."]),
  );
});

test("a stop ends it at once: while it waits for the log, for the job, or before it began", async () => {
  await world.accept();
  await world.begin();
  const waiting = new AbortController();
  world.takes.push(...Array(100).fill(false));
  const cutOff = run(0, waiting.signal);
  await eventually("a warning", async () => world.logger.lines.find(({ level }) => level === "warn"));
  waiting.abort();
  assert.is(await cutOff, "stopped");
  assert.equal(world.recorded(), []);
  world.takes.length = 0;
  const following = new AbortController();
  const followed = run(0, following.signal);
  await isRecorded("1 accepted");
  following.abort();
  assert.is(await followed, "stopped");
  assert.is(await run(0, AbortSignal.abort()), "stopped");
  assert.equal(world.recorded(), ["1 accepted"]);
});

test("stopped anywhere and begun again, nothing is doubled and nothing is missing", async () => {
  for (let stopAfter = 0; stopAfter <= 4; stopAfter++) {
    world = await hostWorld(join(root, `stopped-after-${stopAfter}`));
    await writeAll();
    const stop = new AbortController();
    const { log } = world.env();
    const counting: Forwarding["log"] = {
      ...log,
      append: (entry) => async () => {
        if (world.recorded().length >= stopAfter) stop.abort();
        return log.append(entry)();
      },
    };
    await run(0, stop.signal, { log: counting });
    await run(await readCursor(world.dir.open, id)).catch(() => "closed before");
    assert.equal(world.recorded(), whole, `stopped after ${stopAfter}`);
    assert.equal(readdirSync(world.dir.open), []);
  }
});

test("an acknowledgement that was lost, and a link that is away for longer than the log remembers ids: one end", async () => {
  await writeAll();
  const { log } = world.env();
  let isLost = true;
  const append: Forwarding["log"]["append"] = (entry) => async () => {
    const appended = await log.append(entry)();
    if (!entry.subject.endsWith("completed") || !isLost) return appended;
    isLost = false;
    world.clock.nowMs += 16 * 60_000;
    return left(failure("timeout", "Whether it was recorded is not known."));
  };
  assert.is(await run(0, never, { log: { ...log, append } }), "ended");
  assert.equal(world.recorded(), whole);
});

test("while it cannot be told whether the log has an event, it is not appended again", async () => {
  await writeAll();
  const { log } = world.env();
  let [appends, looks] = [0, 0];
  const unknown = left(failure("timeout", "Whether it was recorded is not known."));
  const append: Forwarding["log"]["append"] = (entry) => async () => (appends++ === 0 ? unknown : log.append(entry)());
  const last: Forwarding["log"]["last"] = (subject) => async () => (looks++ === 0 ? unknown : log.last(subject)());
  assert.is(await run(0, never, { log: { append, last } }), "ended");
  assert.equal([appends, looks], [5, 2]);
  assert.equal(world.recorded(), whole);
});

test("a job whose claim was lost with the power is not said to have done nothing", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "activate");
  world.end();
  rmSync(join(world.dir.open, `${id}.run`));
  const followed = run(0, never, { startGraceMs: -1 });
  assert.is(await followed, "ended");
  assert.match(world.ends()[0]?.message ?? "", /what runs there is not known/);
});

test("stopped while the log is away, a job that has ended and gone keeps the end that it wrote", async () => {
  await writeAll();
  world.end();
  const stop = new AbortController();
  world.takes.push(true, true, true, ...Array(100).fill(false));
  const cutOff = run(0, stop.signal);
  await eventually("a warning", async () => world.logger.lines.find(({ level }) => level === "warn"));
  stop.abort();
  assert.is(await cutOff, "stopped");
  world.takes.length = 0;
  assert.is(await run(3), "ended");
  assert.equal(world.recorded(), whole);
});

test("a job that dies without a word is ended as interrupted, once, in the phase in which it was", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  await world.write("started", "build");
  world.end();
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 started", "3 started", "4 failed"]);
  const [end] = world.ends();
  assert.equal([end?.error, end?.phase, end?.requester, end?.revision], ["interrupted", "build", "alice", "main"]);
  assert.match(end?.message ?? "", /ended without a result, so what runs there is not known/);
});

test("a job that lives is left alone, however long it is silent", async () => {
  await world.accept();
  await world.begin();
  const stop = new AbortController();
  const running = run(0, stop.signal);
  await isRecorded("1 accepted");
  for (let hours = 0; hours < 5; hours++) {
    world.clock.nowMs += 3_600_000;
    nudge();
    await new Promise(setImmediate);
  }
  stop.abort();
  await running;
  assert.equal(world.ends(), []);
});

test("a job that is there long after all its deadlines is ended, and then interrupted", async () => {
  const asked = order({ timeout_ms: 1_000 });
  await world.accept(asked);
  await world.begin(asked);
  const running = run();
  await isRecorded("1 accepted");
  world.clock.nowMs += jobLimitMs(asked);
  nudge();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.equal(world.ends(), []);
  world.clock.nowMs += 1;
  nudge();
  assert.is(await running, "ended");
  assert.equal(world.alive.size, 0);
  assert.equal([world.recorded(), world.ends()[0]?.error], [["1 accepted", "2 failed"], "interrupted"]);
});

test("a line that is damaged moves no other to its number: the end is told, though the log has as many events", async () => {
  await writeAll();
  const file = journalFile(world.dir.open, id);
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.map((line, n) => (n === 2 ? line.replaceAll('"', "?") : line)).join("\n"));
  assert.is(await run(3), "ended");
  assert.equal(world.recorded(), ["4 completed"]);
});

test("how far it came is noted for the job, also by a listener that found it in the log", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  const running = run(2);
  await eventually("the note", async () => ((await readCursor(world.dir.open, id)) === 2 ? true : undefined));
  await world.write("completed", "verify");
  assert.is(await running, "ended");
});

test("the last word of a job that has gone is its end, and no other is put beside it", async () => {
  await world.accept();
  await world.begin();
  const processes: Forwarding["processes"] = {
    ...world.env().processes,
    // It speaks and goes while it is looked after.
    alive: async () => {
      await world.write("completed", "verify");
      return false;
    },
  };
  assert.is(await run(0, never, { processes }), "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("a last word that was torn when the job died is none: it is interrupted, once", async () => {
  for (const lost of [1, 20]) {
    world = await hostWorld(join(root, `torn-${lost}`));
    await world.accept();
    await world.begin();
    await world.write("completed", "verify");
    const file = journalFile(world.dir.open, id);
    truncateSync(file, statSync(file).size - lost);
    world.end();
    assert.is(await run(), "ended");
    assert.equal(world.recorded(), ["1 accepted", "3 failed"]);
    assert.is(world.ends()[0]?.error, "interrupted");
  }
});

test("a job that never begins is given up after the grace, and cannot begin any more", async () => {
  await world.accept();
  const running = run();
  await isRecorded("1 accepted");
  world.clock.nowMs += 30_001;
  nudge();
  assert.is(await running, "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 failed"]);
  assert.match(
    world.ends()[0]?.message ?? "",
    /^web1 accepted the request, but its job did not start, so nothing was done/,
  );
  assert.is(await claim(world.dir.done, id, jobIdentity), false);
});

test("within the grace it may still begin", async () => {
  await world.accept();
  const running = run();
  await isRecorded("1 accepted");
  world.clock.nowMs += 30_000;
  nudge();
  await new Promise(setImmediate);
  assert.is(await world.begin(), true);
  await world.write("completed", "verify");
  assert.is(await running, "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("one that this listener gave up and could not end yet is ended the next time", async () => {
  await world.accept();
  await claim(world.dir.open, id, await world.env().processes.self());
  world.alive.add((await world.env().processes.self()).pid);
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 failed"]);
});

test("a claim that a crash tore has no holder: it is interrupted", async () => {
  await world.accept();
  appendFileSync(join(world.dir.open, "req-1.run"), '{"pid":47');
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), ["1 accepted", "2 failed"]);
});

test("live copies go to the reply subject, after the record, and the heartbeat repeats the last", async () => {
  const asked = order({ reply_to: replyTo("x") });
  await world.accept(asked);
  await world.begin();
  const running = run(0, never, { heartbeatMs: 10_000 });
  await isRecorded("1 accepted");
  world.clock.nowMs += 10_000;
  nudge();
  await eventually("a heartbeat", async () => (world.live.length >= 2 ? true : undefined));
  await world.write("completed", "verify", asked);
  assert.is(await running, "ended");
  assert.equal(new Set(world.live.map(({ subject }) => subject)), new Set(["deploy.responses.x"]));
  const [first, beat] = world.live.map(({ body }) => JSON.parse(body));
  assert.equal(beat, { ...first, at: "2026-01-31T12:00:10.000Z", elapsed_ms: 11_000 });
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("who named no reply subject hears no heartbeat", async () => {
  await writeAll();
  world.clock.nowMs += 60_000;
  await run(0, never, { heartbeatMs: 1 });
  assert.equal(world.live, []);
});

test("how far it came is known of what has ended and cannot be closed", async () => {
  await writeAll();
  mkdirSync(join(world.dir.done, "req-1.ndjson"));
  assert.match(await run().then(String, String), /EISDIR|ENOTEMPTY|EEXIST/);
  assert.is(await readCursor(world.dir.open, id), 4);
});

test("a cursor that cannot be written costs no record", async () => {
  await writeAll();
  mkdirSync(join(world.dir.open, "req-1.cursor"));
  assert.is(await run(), "ended");
  assert.equal(world.recorded(), whole);
});

test("a journal that is not there is told", async () => {
  assert.match(await run().then(String, String), /req-1\.ndjson is not there/);
});

test.run();
