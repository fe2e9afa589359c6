/** One deployment at a time: what is reserved, taken, given back and ended, and what a disk or a launch that fails leaves. */
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Verdict } from "../../../lib/contract/route.ts";
import { deployments, type Launch } from "../../../lib/host/deployments.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { createJournal, journalFile, readJournal } from "../../../lib/host/journal.ts";
import { eventually } from "../../support/collector.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { deferred, order, requester, requestId } from "../../support/fixtures.ts";
import { type HostWorld, hostWorld, said } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/deployments");
const root = tempDir("deployments");
const { id } = order();
const second = order({ id: requestId("req-2"), request_seq: 42, requester: requester("bob") });
let world: HostWorld;
let count = 0;
let stop = new AbortController();

test.before.each(async () => {
  world = await hostWorld(join(root, String(count++)));
  stop = new AbortController();
});

/** Starts jobs that complete at once. */
const completing: Launch = (of) => async () => {
  await world.begin(of);
  await world.write("completed", "verify", of);
  return right(undefined);
};
const silent: Launch = () => async () => right(undefined);
const refusing: Launch = () => async () => left(failure("internal", "No unit could be started."));

const host = (launch: Launch = completing) => deployments(world.env(), launch, stop.signal);
type Host = ReturnType<typeof host>;

const reserve = (of: Host, asked: JobOrder = order()) => rightOf(of.reserve(asked, said(asked, "accepted")));

const checked = async (verdict: Verdict<DeployEvent>) => (await verdict.check?.()) ?? right(undefined);
const secured = async (verdict: Verdict<DeployEvent>) => (await verdict.secure?.()) ?? right(undefined);

/** As the router does it when nothing goes wrong. */
const deploy = async (of: Host, asked: JobOrder = order()) => {
  const verdict = reserve(of, asked);
  rightOf(await checked(verdict));
  await world.env().log.append({
    subject: "hd.res.prod.web1.accepted",
    body: JSON.stringify(verdict.answer),
    msgId: world.ids.of({ id: asked.id, seq: asked.request_seq }, 1),
  })();
  rightOf(await secured(verdict));
  await verdict.begin?.();
};

test("a deployment is admitted, run, recorded and closed, and then the host is free", async () => {
  const tasks = host();
  await deploy(tasks);
  assert.is(tasks.running()?.id, id);
  await tasks.settled();
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
  assert.is(tasks.running(), undefined);
  assert.equal(readdirSync(world.dir.open), []);
});

test("a host that is busy says with what, and who asked for it", async () => {
  const tasks = host();
  reserve(tasks);
  const { code, message } = failureOf(tasks.reserve(second, said(second, "accepted")));
  assert.is(code, "busy");
  assert.match(message, "web1 is working on request req-1 (switch main) of alice since 2026-01-31T12:00:00.000Z");
  assert.match(message, "`hd watch req-1`");
});

test("of two at once, one is admitted: the reservation holds before anything is written", () => {
  const tasks = host();
  const both = [order(), second].map((asked) => tasks.reserve(asked, said(asked, "accepted"))._tag);
  assert.equal(both, ["Right", "Left"]);
  assert.is(tasks.reserve(order(), said(order(), "accepted"))._tag, "Left");
});

test("what is abandoned frees the host, and leaves nothing", async () => {
  const tasks = host();
  for (const steps of [0, 1, 2]) {
    const verdict = reserve(tasks);
    if (steps > 0) rightOf(await checked(verdict));
    if (steps > 1) rightOf(await secured(verdict));
    await verdict.abandon?.();
    assert.is(tasks.running(), undefined);
    assert.equal(readdirSync(world.dir.open), []);
    assert.is(await tasks.takenAs(id), undefined);
  }
  await deploy(tasks, second);
  await tasks.settled();
  assert.equal(world.recorded(second.id), ["1 accepted", "2 completed"]);
});

test("a journal that is there already is not taken over, and abandoning does not remove it", async () => {
  await world.accept();
  const verdict = reserve(host());
  const { code, message } = failureOf(await secured(verdict));
  assert.is(code, "internal");
  assert.match(message, /web1 cannot write its journal \(EEXIST.*\), so nothing was done/);
  await verdict.abandon?.();
  assert.is((await readJournal(world.dir.open, id))._tag, "Right");
});

test("a state folder that is gone refuses, and the host stays free", async () => {
  renameSync(world.dir.open, `${world.dir.open}-aside`);
  const tasks = host();
  const verdict = reserve(tasks);
  assert.match(failureOf(await checked(verdict)).message, /cannot write its journal \(ENOENT/);
  await verdict.abandon?.();
  assert.is(tasks.running(), undefined);
});

test("what cannot be removed when it is abandoned is told, and keeps no host busy", async () => {
  const tasks = host();
  const verdict = reserve(tasks);
  rightOf(await secured(verdict));
  mkdirSync(join(world.dir.open, "req-1.log"));
  await verdict.abandon?.();
  assert.is(tasks.running(), undefined);
  assert.equal(
    world.logger.lines.map(({ level }) => level),
    ["error"],
  );
});

test("a job that could not be started ends in words of its own, once, and cannot start later", async () => {
  const tasks = host(refusing);
  await deploy(tasks);
  await tasks.settled();
  assert.equal(world.recorded(), ["1 accepted", "2 failed"]);
  const [end] = world.ends();
  assert.equal([end?.error, end?.message, end?.phase], ["internal", "No unit could be started.", null]);
  assert.is(existsSync(join(world.dir.done, "req-1.run")), true);
});

test("a launch that failed after all its job began leaves the last word to the job", async () => {
  const tasks = host((of) => async () => {
    await world.begin(of);
    return left(failure("internal", "The unit exists already."));
  });
  await deploy(tasks);
  await eventually("the job is looked after", async () => (world.recorded().length > 0 ? true : undefined));
  await world.write("completed", "verify");
  await tasks.settled();
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("a launch that throws ends like one that fails: a job that nobody claims is given up", async () => {
  const tasks = host(() => () => Promise.reject(new Error("a port that throws")));
  await deploy(tasks);
  await eventually("an error is logged", async () => world.logger.lines.find(({ level }) => level === "error"));
  const { nowMs } = world.clock;
  const given = eventually("it has ended", async () => {
    world.clock.nowMs += 30_001;
    return world.ends()[0];
  });
  await tasks.settled();
  assert.is((await given).error, "interrupted");
  assert.ok(world.clock.nowMs > nowMs);
  assert.equal(world.recorded(), ["1 accepted", "2 failed"]);
});

test("an id is known as taken while it is reserved, while it runs, and after it has ended", async () => {
  const launched = deferred<void>();
  const tasks = host((of) => async () => {
    await launched.promise;
    return completing(of)();
  });
  assert.is(await tasks.takenAs(id), undefined);
  await deploy(tasks);
  assert.is(await tasks.takenAs(id), 41);
  launched.resolve();
  await tasks.settled();
  assert.is(await tasks.takenAs(id), 41);
  assert.is(await host().takenAs(id), 41);
  assert.is(await host().takenAs(second.id), undefined);
});

test("a journal of an earlier listener is known as taken before anyone took it up", async () => {
  await world.accept();
  assert.is(await host().takenAs(id), 41);
});

test("where a journal cannot be read, nobody says that its request is new", async () => {
  mkdirSync(journalFile(world.dir.open, id));
  assert.match(await host().takenAs(id).then(String, String), "EISDIR");
});

test("a stop leaves the job and its journal to the next listener", async () => {
  const tasks = host(silent);
  await deploy(tasks);
  await world.begin();
  stop.abort();
  await tasks.settled();
  assert.equal(world.recorded(), ["1 accepted"]);
  await world.write("completed", "verify");
  stop = new AbortController();
  const next = host(silent);
  next.resume(order(), 1, false);
  assert.is(next.running()?.id, id);
  assert.is(next.reserve(second, said(second, "accepted"))._tag, "Left");
  await next.settled();
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("what is resumed as startable is started, what is not is only followed", async () => {
  const launched: string[] = [];
  const noting: Launch = (of) => async () => {
    launched.push(of.id);
    return completing(of)();
  };
  await world.accept();
  const tasks = host(noting);
  tasks.resume(order(), 1, true);
  await tasks.settled();
  assert.equal(launched, ["req-1"]);
  createJournal(world.dir.open, second, said(second, "accepted"));
  await world.begin(second);
  await world.write("failed", "build", second);
  const next = host(noting);
  next.resume(second, 1, false);
  await next.settled();
  assert.equal(launched, ["req-1"]);
  assert.equal(world.recorded(second.id), ["2 failed"]);
});

test("a closing that cannot be finished yet is finished later, and the end is recorded once", async () => {
  mkdirSync(journalFile(world.dir.done, id));
  writeFileSync(join(journalFile(world.dir.done, id), "in the way"), "");
  const tasks = host();
  const verdict = reserve(tasks);
  rightOf(await secured(verdict));
  await verdict.begin?.();
  await eventually("trouble is logged", async () => world.logger.lines.find(({ level }) => level === "error"));
  renameSync(journalFile(world.dir.done, id), join(root, "aside"));
  await tasks.settled();
  assert.is(tasks.running(), undefined);
  assert.equal(world.recorded(), ["2 completed"]);
  assert.equal(readdirSync(world.dir.open), []);
});

test("a listener that runs for years does not fill its disk with what has ended", async () => {
  const tasks = host();
  for (let n = 0; n < 190; n++) writeFileSync(journalFile(world.dir.done, requestId(`old-${n}`)), "");
  for (let n = 1; n <= 50; n++) {
    await deploy(tasks, order({ id: requestId(`new-${n}`), request_seq: n }));
    await tasks.settled();
  }
  const kept = readdirSync(world.dir.done).filter((name) => name.endsWith(".ndjson"));
  assert.equal([kept.length, kept.filter((name) => name.startsWith("new-")).length], [200, 50]);
});

test("trouble that lasts longer than the log remembers message ids doubles nothing", async () => {
  // Moved like a cursor, and nothing can be written there.
  symlinkSync(join(root, "nowhere", "at all"), join(world.dir.open, "req-1.cursor"));
  mkdirSync(journalFile(world.dir.done, id));
  writeFileSync(join(journalFile(world.dir.done, id), "in the way"), "");
  const tasks = host();
  await deploy(tasks);
  const told = () => world.logger.lines.filter(({ level }) => level === "error").length;
  await eventually("trouble is logged", async () => (told() > 0 ? true : undefined));
  world.clock.nowMs += 16 * 60_000;
  await eventually("it is tried again", async () => (told() > 1 ? true : undefined));
  renameSync(journalFile(world.dir.done, id), join(root, "aside-too"));
  await tasks.settled();
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test.run();
