/** A journal that is lost on the disk while its deployment goes on, or while no listener was there: it still ends, once. */
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { causeOf } from "../../../lib/contract/cause-of.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { claim } from "../../../lib/host/claim.ts";
import { deployments } from "../../../lib/host/deployments.ts";
import { forward } from "../../../lib/host/forward.ts";
import type { Forwarding, Place } from "../../../lib/host/forwarding.ts";
import { appendEvent, createJournal, journalFile } from "../../../lib/host/journal.ts";
import { endWithoutJournal } from "../../../lib/host/last-word.ts";
import { recover } from "../../../lib/host/recover.ts";
import { makeStateDir, stateDir } from "../../../lib/host/state-dir.ts";
import { takenIn } from "../../../lib/host/taken.ts";
import type { Entry, Stored } from "../../../lib/router/ports.ts";
import { event, idsOf, keepingLogger, noonMs, order, web1 } from "../../support/fixtures.ts";

const test = suite("lib/host/last-word");

const self = { pid: process.pid, started: "1", boot: "b" };
const accepted = event(order(), { status: "accepted" });

const world = async () => {
  const root = await mkdtemp(join(tmpdir(), "hd-last-word-"));
  const dir = stateDir(root);
  await makeStateDir(dir);
  const entries: Entry[] = [];
  const env: Forwarding = {
    dir,
    host: web1,
    log: {
      append: (entry) => async () => {
        entries.push(entry);
        return right({ seq: entries.length, duplicate: false });
      },
      last: () => TE.right(undefined),
    },
    ids,
    live: { publish: () => {} },
    logger: keepingLogger(),
    processes: { self: async () => self, alive: async () => false, end: async () => {} },
    now: () => noonMs,
    passedMs: () => 0,
    heartbeatMs: 0,
    startGraceMs: 60_000,
  };
  const ends = () =>
    entries.map(({ body }): DeployEvent => JSON.parse(body)).filter(({ status }) => status === "failed");
  return { dir, env, entries, ends, remove: () => rm(root, { recursive: true }) };
};

const { id } = order();
const ids = idsOf(web1);

test("a journal that is damaged in the middle of a deployment ends it, and frees the host", async () => {
  const { dir, env, ends, remove } = await world();
  const damage = () => async () => right(await writeFile(journalFile(dir.open, id), "\0\0\0"));
  const tasks = deployments(env, damage, new AbortController().signal);
  const reserved = tasks.reserve(order(), accepted);
  assert.is(reserved._tag, "Right");
  if (reserved._tag === "Left") return;
  await reserved.right.secure?.();
  await reserved.right.begin?.();
  await tasks.settled();
  assert.equal(
    ends().map(({ error, request_seq }) => [error, request_seq]),
    [["interrupted", 41]],
  );
  assert.is(tasks.running(), undefined);
  assert.equal(await readdir(dir.open), []);
  await remove();
});

/** A listener that has followed a journal in vain, for as long as `passedMs` says. */
const endings = async (changes: Partial<Forwarding>, of = order()) => {
  const { dir, env, ends, remove } = await world();
  createJournal(dir.open, of, accepted);
  const ended: string[] = [];
  const place: Place = { at: 1, since: { passedMs: 0, elapsedMs: 0 } };
  const forwarding = { ...env, onEnded: (one: string) => void ended.push(one), ...changes };
  return { dir, ends, ended, place, remove, end: () => endWithoutJournal(forwarding, of, place) };
};

const gone = { pid: 4711, started: "2", boot: "b" };

test("one that can be read and not written ends in the log, once its job is gone", async () => {
  const { dir, ends, ended, end, remove } = await endings({});
  await claim(dir.open, id, gone);
  assert.is(await end(), true);
  assert.equal(
    ends().map(({ error, message }) => [error, message.includes("what runs there is not known")]),
    [["interrupted", true]],
  );
  assert.equal([ended, await readdir(dir.open)], [[id], []]);
  await remove();
});

test("not while its job lives, has an end in it, or may still begin", async () => {
  const processes = { self: async () => self, alive: async () => true, end: async () => {} };
  const living = await endings({ processes });
  await claim(living.dir.open, id, gone);
  assert.equal([await living.end(), living.ends()], [false, []]);
  const told = await endings({});
  await claim(told.dir.open, id, gone);
  await appendEvent(told.dir.open, id, event(order(), { status: "completed" }));
  assert.equal([await told.end(), told.ends()], [false, []]);
  const early = await endings({ passedMs: () => 60_000 });
  assert.equal([await early.end(), early.ends()], [false, []]);
  const late = await endings({ passedMs: () => 60_001 });
  assert.is(await late.end(), true);
  assert.match(late.ends()[0]?.message ?? "", "its job did not start, so nothing was done");
  for (const one of [living, told, early, late]) await one.remove();
});

test("what cannot be put away is told once, frees the host, and is put away later", async () => {
  const { dir, ends, ended, place, end, remove } = await endings({});
  await claim(dir.open, id, gone);
  await mkdir(journalFile(dir.done, id));
  assert.is(await end(), false);
  assert.equal([place.isTold, ended], [true, [id]]);
  assert.is(await end(), false);
  assert.is(ends().length, 1);
  await remove();
});

test("one whose own end the log has gets no other when it is lost before it is put away", async () => {
  const { dir, env, entries, remove } = await world();
  createJournal(dir.open, order(), accepted);
  await claim(dir.open, id, gone);
  await appendEvent(dir.open, id, event(order(), { status: "completed" }));
  await mkdir(journalFile(dir.done, id));
  const place: Place = { at: 1 };
  const broke = await forward(env, id, place, new AbortController().signal).catch(causeOf);
  assert.match(String(broke), "EISDIR");
  await rm(journalFile(dir.open, id));
  await endWithoutJournal(env, order(), place);
  assert.equal(
    entries.map(({ body }) => JSON.parse(body).status),
    ["completed"],
  );
  await remove();
});

test("one that is out of reach is waited for before it is taken for lost", async () => {
  const { dir, ends, end, remove } = await endings({});
  await claim(dir.open, id, gone);
  await rm(journalFile(dir.open, id));
  await mkdir(journalFile(dir.open, id));
  for (let n = 1; n < 30; n++) assert.is(await end(), false);
  assert.is(ends().length, 0);
  assert.is(await end(), true);
  assert.is(ends().length, 1);
  await remove();
});

test("a job that nobody can be kept from starting ends in the log when its time to start has passed", async () => {
  const { dir, env, ends, remove } = await world();
  let passedMs = 0;
  const processes = { ...env.processes, self: () => Promise.reject(new Error("EROFS")) };
  // The folder is read-only, so neither the job nor the listener can make the claim.
  const forwarding = { ...env, processes, passedMs: () => passedMs };
  const launch = () => async () => {
    passedMs = 1;
    return right(undefined);
  };
  const tasks = deployments({ ...forwarding, startGraceMs: -1 }, launch, new AbortController().signal);
  const reserved = tasks.reserve(order(), accepted);
  if (reserved._tag === "Left") return assert.unreachable("it is busy");
  await reserved.right.secure?.();
  await reserved.right.begin?.();
  await tasks.settled();
  assert.equal(
    ends().map(({ error }) => error),
    ["interrupted"],
  );
  assert.equal([tasks.running(), await readdir(dir.open)], [undefined, []]);
  await remove();
});

const stored = (msgId: string): Stored => ({
  seq: 42,
  subject: "hd.res.prod.web1.accepted",
  atMs: noonMs,
  msgId,
  signature: undefined,
  body: JSON.stringify(accepted),
});

const restart = async (env: Forwarding, newest: Stored | undefined) => {
  const resumed: string[] = [];
  const last = (subject: string) => TE.right(subject.endsWith("accepted") ? newest : undefined);
  const forwarding = { ...env, log: { ...env.log, last } };
  await recover({ logNow: () => 0, forwarding, deployments: { resume: (of) => void resumed.push(of.id) } });
  return resumed;
};

test("one that is empty at the start, and accepted by the log, ends as interrupted", async () => {
  const { dir, env, ends, remove } = await world();
  createJournal(dir.open, order(), accepted);
  await truncate(journalFile(dir.open, id), 0);
  assert.equal(await restart(env, stored(ids.of({ id, seq: 41 }, 1))), []);
  assert.is(ends().length, 1);
  assert.is(ends()[0]?.request_seq, 41);
  assert.equal(await readdir(dir.open), []);
  await remove();
});

test("one whose end was told and that could not be put away is put away at the next start, without a word", async () => {
  for (const isReadable of [true, false]) {
    const { dir, env, entries, remove } = await world();
    createJournal(dir.open, order(), accepted);
    if (!isReadable) await truncate(journalFile(dir.open, id), 0);
    const end = {
      ...stored(ids.of({ id, seq: 41 }, "lost")),
      body: JSON.stringify(event(order(), { status: "failed" })),
    };
    const last = (subject: string) => {
      const found = { accepted: stored(ids.of({ id, seq: 41 }, 1)), failed: end };
      return TE.right(found[subject.split(".").at(-1) as keyof typeof found]);
    };
    const forwarding = { ...env, log: { ...env.log, last } };
    await recover({ logNow: () => 0, forwarding, deployments: { resume: () => assert.unreachable("it was resumed") } });
    assert.equal([entries, await readdir(dir.open)], [[], []]);
    assert.is(await takenIn(dir).seqOf(id), 41);
    await remove();
  }
});

test("its id is known as taken afterwards, so that it is not answered again", async () => {
  const { dir, env, remove } = await world();
  createJournal(dir.open, order(), accepted);
  await truncate(journalFile(dir.open, id), 0);
  await restart(env, stored(ids.of({ id, seq: 41 }, 1)));
  assert.is(await takenIn(dir).seqOf(id), 41);
  await remove();
});

test("one that was torn before it was accepted is removed without a word", async () => {
  const { dir, env, entries, remove } = await world();
  await writeFile(journalFile(dir.open, id), '{"journal":1,"id":"req');
  assert.equal(await restart(env, stored("another:web1:1")), []);
  assert.is(entries.length, 0);
  assert.equal(await readdir(dir.open), []);
  await remove();
});

test.run();
