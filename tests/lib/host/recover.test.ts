/** What a listener finds at its start, and what it makes of it: one end for each request, wherever the last listener was killed. */
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { answeredBefore } from "../../../lib/host/answered.ts";
import { claim } from "../../../lib/host/claim.ts";
import { deployments, type Launch } from "../../../lib/host/deployments.ts";
import type { Forwarding } from "../../../lib/host/forward.ts";
import { journalFile } from "../../../lib/host/journal.ts";
import { messageIds } from "../../../lib/host/message-ids.ts";
import { recover } from "../../../lib/host/recover.ts";
import { closeJournal } from "../../../lib/host/state-dir.ts";
import type { LogReader } from "../../../lib/router/ports.ts";
import { hostName, idsOf, noonMs, order, origin, requestId, web1 } from "../../support/fixtures.ts";
import { type HostWorld, hostWorld, jobIdentity, said } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/recover");
const root = tempDir("recover");
const { id } = order();
let world: HostWorld;
let count = 0;

test.before.each(async () => {
  world = await hostWorld(join(root, String(count++)));
});

interface Resumed {
  readonly id: string;
  readonly from: number;
  readonly startable: boolean;
}

/** Recovers, and gives what would be gone on with. */
const found = async (log: Partial<LogReader> = {}, logMs = 0): Promise<readonly Resumed[]> => {
  const resumed: Resumed[] = [];
  const resume = (of: { readonly id: string }, from: number, startable: boolean) =>
    void resumed.push({ id: of.id, from, startable });
  const env = world.env();
  await recover({ logNow: () => logMs, forwarding: { ...env, log: { ...env.log, ...log } }, deployments: { resume } });
  return resumed;
};

/** The earlier listener had recorded this many of the events. */
const recorded = async (...statuses: readonly string[]) => {
  for (const [index, status] of statuses.entries()) {
    const body = JSON.stringify({ hostname: "web1", status, error: null, message: "", id, request_seq: 41 });
    const msgId = world.ids.of({ id, seq: 41 }, index + 1);
    await world.bus.log.append({ subject: `hd.res.prod.web1.${status}`, body, msgId })();
  }
};

test("nothing left open, nothing done", async () => {
  writeFileSync(join(world.dir.open, "README"), "not ours");
  assert.equal(await found(), []);
  assert.equal(world.memory.records, []);
});

test("killed before the acceptance was recorded: it is recorded now, and only then the job may start", async () => {
  await world.accept();
  assert.equal(await found(), [{ id, from: 1, startable: true }]);
  assert.equal(world.recorded(), ["1 accepted"]);
});

test("killed between the acceptance and the start: the job is started, and the acceptance not recorded again", async () => {
  await world.accept();
  await recorded("accepted");
  assert.equal(await found(), [{ id, from: 1, startable: true }]);
  assert.equal(world.recorded(), ["1 accepted"]);
});

test("killed while the job works: it is followed from where the log stands", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  await world.write("started", "build");
  await recorded("accepted", "started");
  assert.equal(await found(), [{ id, from: 2, startable: false }]);
});

test("a job that has claimed but said nothing yet is not started a second time", async () => {
  await world.accept();
  await world.begin();
  await recorded("accepted");
  assert.equal(await found(), [{ id, from: 1, startable: false }]);
});

test("finished while nobody listened: what is missing is carried", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  await world.write("completed", "verify");
  world.end();
  await recorded("accepted");
  assert.equal(await found(), [{ id, from: 1, startable: false }]);
});

test("an order whose time has passed is not started any more", async () => {
  await world.accept();
  world.clock.nowMs += 600_001;
  assert.equal(await found(), [{ id, from: 0, startable: false }]);
  assert.equal(world.recorded(), []);
});

test("a clock that was lost with the power makes no order young again", async () => {
  await world.accept();
  world.clock.nowMs -= 3_600_000;
  assert.equal(await found({}, noonMs + 600_001), [{ id, from: 0, startable: false }]);
  assert.equal(await found({}, noonMs + 600_000), [{ id, from: 1, startable: true }]);
});

test("torn while it was made, it was never accepted: it is removed, and its request comes again", async () => {
  for (const size of [0, 1, 100, 500]) {
    await world.accept();
    truncateSync(journalFile(world.dir.open, id), size);
    assert.equal(await found(), []);
    assert.equal(readdirSync(world.dir.open), []);
  }
  assert.equal(world.memory.records, []);
});

test("the cursor counts where the log has forgotten", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  writeFileSync(join(world.dir.open, "req-1.cursor"), "2\n");
  assert.equal(await found(), [{ id, from: 2, startable: false }]);
});

test("a cursor that lies beyond its journal is none", async () => {
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  for (const [noted, from] of [
    [3, 0],
    [99, 0],
    [2, 2],
  ] as const) {
    writeFileSync(join(world.dir.open, "req-1.cursor"), `${noted}\n`);
    assert.equal(await found(), [{ id, from, startable: false }]);
  }
});

test("records of other requests and hosts, and of other forms, say nothing of this one", async () => {
  await world.accept();
  await world.begin();
  const others = [
    world.ids.of({ id: requestId("req-2"), seq: 41 }, 9),
    world.ids.of({ id, seq: 42 }, 9),
    world.ids.of({ id, seq: 41 }, "rejected"),
    idsOf({ ...web1, hostname: hostName("web2") }).of({ id, seq: 41 }, 9),
    messageIds(web1.hostname, Buffer.alloc(32, 1)).of({ id, seq: 41 }, 9),
    "req-1:web1:41:9",
    "req-1:web1:41:9:x",
    "req-1:web1:41:x:",
    "9",
  ];
  for (const msgId of others) {
    await world.bus.log.append({ subject: "hd.res.prod.web1.started", body: "{}", msgId })();
    assert.equal(await found(), [{ id, from: 0, startable: false }], msgId);
  }
});

test("without the log nothing is decided: the listener must not start, and nothing is lost", async () => {
  await world.accept();
  truncateSync(journalFile(world.dir.open, id), 10);
  const unreachable = { last: () => async () => left(failure("unreachable", "No NATS server.")) };
  assert.match(await found(unreachable).then(String, String), "No NATS server.");
  rmSync(journalFile(world.dir.open, id));
  await world.accept();
  assert.match(await found(unreachable).then(String, String), "No NATS server.");
  world.takes.push(false);
  assert.match(await found({}).then(String, String), "The log cannot be reached.");
  assert.equal(readdirSync(world.dir.open), ["req-1.ndjson"]);
});

test("a journal that cannot be read for now stops the start, and is not removed", async () => {
  await world.accept();
  const file = journalFile(world.dir.open, requestId("folder"));
  mkdirSync(file);
  assert.match(await found().then(String, String), "EISDIR");
  assert.equal(readdirSync(world.dir.open).toSorted(), ["folder.ndjson", "req-1.ndjson"]);
});

test("several are each taken up", async () => {
  const other = order({ id: requestId("req-2"), request_seq: 42 });
  await world.accept();
  await world.accept(other);
  const ids = (await found()).map((each) => each.id);
  assert.equal(ids.toSorted(), ["req-1", "req-2"]);
});

test("a closing that was interrupted is finished: nothing is recorded twice, and the host is free at once", async () => {
  await world.accept();
  await world.begin();
  await world.write("completed", "verify");
  await recorded("accepted", "completed");
  await closeJournal(world.dir, id);
  renameSync(journalFile(world.dir.done, id), journalFile(world.dir.open, id));
  assert.equal(await found(), []);
  assert.equal(readdirSync(world.dir.open), []);
  assert.equal(world.recorded(), ["1 accepted", "2 completed"]);
});

test("torn while it was made, with its acceptance in the log: it ends as interrupted, and is not run when it comes again", async () => {
  const body = JSON.stringify(said(order(), "accepted"));
  await world.bus.log.append({ subject: "hd.res.prod.web1.accepted", body, msgId: world.ids.of({ id, seq: 41 }, 1) })();
  for (let seq = 2; seq <= 41; seq++) {
    await world.bus.log.append({ subject: "hd.req.bob.test.other", body: "", msgId: `other-${seq}` })();
  }
  await world.accept();
  truncateSync(journalFile(world.dir.open, id), 100);
  assert.equal(await found(), []);
  assert.equal(world.recorded(), ["1 accepted", "lost failed"]);
  const tasks = deployments(world.env(), () => async () => right(undefined), new AbortController().signal);
  const before = answeredBefore({ host: web1, takenAs: tasks.takenAs, log: world.bus.log });
  assert.equal(await before(origin({ redelivered: true }))(), right("taken"));
});

/** The log is as long as it was when the request came: what answers it comes later. */
const fill = async () => {
  for (let seq = 1; seq <= 41; seq++) {
    await world.bus.log.append({ subject: "hd.req.bob.test.other", body: "{}", msgId: `other-${seq}` })();
  }
};

test("the log is an event ahead of a disk that lost power: it ends once, as what nobody can tell", async () => {
  await fill();
  await world.accept();
  await world.begin();
  await world.write("started", "resolve");
  world.end();
  await recorded("accepted", "started", "started");
  assert.equal(await found(), []);
  assert.equal(world.recorded(), ["1 accepted", "2 started", "3 started", "lost failed"]);
  assert.equal(readdirSync(world.dir.open), []);
});

test("the log has an end that the disk lost: it is closed, and ends once", async () => {
  await fill();
  await world.accept();
  await world.begin();
  world.end();
  await recorded("accepted", "started", "completed");
  assert.equal(await found(), []);
  assert.is(world.ends().length, 1);
  assert.equal(readdirSync(world.dir.open), []);
});

test("a journal that could neither be secured nor removed is not run after its refusal", async () => {
  for (const isTorn of [false, true]) {
    await fill();
    await world.accept();
    if (isTorn) truncateSync(journalFile(world.dir.open, id), 100);
    const body = (status: "accepted" | "rejected") => JSON.stringify(said(order(), status));
    for (const [which, status] of [
      [1, "accepted"],
      ["rejected", "rejected"],
    ] as const) {
      const msgId = world.ids.of({ id, seq: 41 }, which);
      await world.bus.log.append({ subject: `hd.res.prod.web1.${status}`, body: body(status), msgId })();
    }
    assert.equal(await found(), []);
    assert.equal(world.recorded(), ["1 accepted", "rejected rejected"]);
    assert.equal(readdirSync(world.dir.open), []);
  }
});

/** A job that does its work as soon as it can claim it, and the number of times it did. */
const working = (on: HostWorld) => {
  let runs = 0;
  const launch: Launch = (of) => async () => {
    if (await claim(on.dir.open, of.id, jobIdentity)) {
      runs++;
      on.alive.add(jobIdentity.pid);
      await on.write("started", "resolve", of);
      await on.write("completed", "verify", of);
    }
    return right(undefined);
  };
  return { launch, runs: () => runs };
};

/** One life of a listener. Its ports die after so many records: from then on nothing it does has any effect. */
const live = async (on: HostWorld, launch: Launch, diesAfter: number): Promise<void> => {
  const stop = new AbortController();
  const { log } = on.env();
  let appends = 0;
  const dying: Forwarding["log"] = {
    ...log,
    append: (entry) => async () => {
      if (appends++ < diesAfter) return log.append(entry)();
      stop.abort();
      return left(failure("unaudited", "killed"));
    },
  };
  const forwarding = on.env({ log: dying });
  const tasks = deployments(forwarding, launch, stop.signal);
  try {
    await recover({ logNow: () => 0, forwarding, deployments: tasks });
  } catch {
    // It was killed before it could begin.
  }
  await tasks.settled();
};

test("killed after any record, in one life or in many: one run, every record once, one end", async () => {
  for (const lives of [[0], [1], [2], [3], [0, 0, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1, 1], [2, 0, 0, 0]]) {
    const on = await hostWorld(join(root, `lives-${lives.join("-")}`));
    const { launch, runs } = working(on);
    await on.accept();
    for (const diesAfter of lives) await live(on, launch, diesAfter);
    await live(on, launch, Number.POSITIVE_INFINITY);
    assert.equal(on.recorded(), ["1 accepted", "2 started", "3 completed"], String(lives));
    assert.is(runs(), 1, String(lives));
    assert.is(on.ends().length, 1);
    assert.equal(readdirSync(on.dir.open), []);
  }
});

test("killed again and again with a job that died: one end, and it says interrupted", async () => {
  for (const lives of [[0], [1], [2], [0, 1, 0]]) {
    const on = await hostWorld(join(root, `dead-${lives.join("-")}`));
    const { launch, runs } = working(on);
    await on.accept();
    await on.begin();
    await on.write("started", "build");
    on.end();
    appendFileSync(journalFile(on.dir.open, id), '{"torn');
    for (const diesAfter of [...lives, Number.POSITIVE_INFINITY]) await live(on, launch, diesAfter);
    assert.equal(on.recorded(), ["1 accepted", "2 started", "4 failed"], String(lives));
    assert.is(on.ends()[0]?.error, "interrupted");
    assert.is(runs(), 0);
  }
});

test.run();
