/** A journal that is lost on the disk while its deployment goes on, or while no listener was there: it still ends, once. */
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { deployments } from "../../../lib/host/deployments.ts";
import type { Forwarding } from "../../../lib/host/forward.ts";
import { createJournal, journalFile } from "../../../lib/host/journal.ts";
import { recover } from "../../../lib/host/recover.ts";
import { makeStateDir, stateDir } from "../../../lib/host/state-dir.ts";
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
  await recover({ forwarding, deployments: { resume: (of) => void resumed.push(of.id) } });
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

test("one that was torn before it was accepted is removed without a word", async () => {
  const { dir, env, entries, remove } = await world();
  await writeFile(journalFile(dir.open, id), '{"journal":1,"id":"req');
  assert.equal(await restart(env, stored("another:web1:1")), []);
  assert.is(entries.length, 0);
  assert.equal(await readdir(dir.open), []);
  await remove();
});

test.run();
