/**
 * The state folder of a listener: `journal/` holds the requests that have not ended, `done/` those that have, each with
 * its files of the same name. Moving a journal from one to the other is what closes it, so it has to be the last step.
 */
import { accessSync, constants, existsSync, renameSync, statfsSync } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { read } from "../contract/codec.ts";
import { RequestId } from "../contract/values.ts";
import { cutOutput } from "./cut-output.ts";

/**
 * The job's output, its claim, whether it is activated or cancelled, how far the listener forwarded, and the journal: in the
 * order in which they are moved and removed. As long as the journal is there, a restarted listener finishes what was begun,
 * and needs the cursor for it.
 */
const suffixes = [".log", ".run", ".decision", ".cursor", ".lost", ".ndjson"] as const;

/** Closed requests that are kept on the host for a look at their full output; the log keeps their records. */
const keepDone = 200;

export interface StateDir {
  readonly root: string;
  readonly open: string;
  readonly done: string;
}

export const stateDir = (root: string): StateDir => ({ root, open: join(root, "journal"), done: join(root, "done") });

export const outputFile = (dir: string, id: RequestId): string => join(dir, `${id}.log`);

export const makeStateDir = async ({ open, done }: StateDir): Promise<void> => {
  await mkdir(open, { recursive: true, mode: 0o700 });
  await mkdir(done, { recursive: true, mode: 0o700 });
};

/** Enough for a journal, and for its job to tell how it went. */
const roomBytes = 1024 * 1024;

/** Throws when a journal could not be kept in the folder: it is gone, may not be written, or its disk is full. */
export const checkRoom = (dir: string): void => {
  accessSync(dir, constants.W_OK);
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < roomBytes) throw new Error(`ENOSPC: less than 1 MiB is left on the disk of ${dir}`);
};

/** Ids of the journals in a folder; files of other names are not ours. */
export const journalIds = async (dir: string): Promise<readonly RequestId[]> =>
  (await readdir(dir))
    .filter((name) => name.endsWith(".ndjson"))
    .flatMap((name) => read(RequestId, name.slice(0, -".ndjson".length)) ?? []);

/** Not every request has every file, and the journal of one that is closed has been moved; a folder that is missing is told. */
export const closeJournal = async ({ open, done }: StateDir, id: RequestId): Promise<void> => {
  cutOutput(outputFile(open, id));
  for (const suffix of suffixes)
    if (existsSync(join(open, id + suffix))) renameSync(join(open, id + suffix), join(done, id + suffix));
};

/** But for the decision: a request that comes again after its journal was removed is still cancelled. */
export const removeJournal = async (dir: string, id: RequestId): Promise<void> => {
  for (const suffix of suffixes) if (suffix !== ".decision") await rm(join(dir, id + suffix), { force: true });
};

/** No request is valid for longer, so what came before then does not come again. */
const decisionMs = 8 * 24 * 60 * 60_000;

/** Whoever may cancel can name ids without end, and each takes room. */
const keepDecisions = 1000;

/**
 * Removes decisions of requests that never came: the old, and the oldest beyond `keep`. A job that is left from before may be
 * making one: it has its journal.
 */
export const pruneDecisions = async ({ open }: StateDir, nowMs: number, keep = keepDecisions): Promise<void> => {
  const names = (await readdir(open))
    .filter((one) => /\.decision(\.[0-9a-f-]{36})?$/.test(one))
    .filter((one) => !existsSync(join(open, one.replace(/\.decision.*$/, ".ndjson"))));
  const aged = await Promise.all(names.map(async (name) => ({ name, atMs: (await stat(join(open, name))).mtimeMs })));
  const newestFirst = aged.sort((a, b) => b.atMs - a.atMs);
  for (const [n, { name, atMs }] of newestFirst.entries())
    if (n >= keep || nowMs - atMs > decisionMs) await rm(join(open, name), { force: true });
};

/** Removes the oldest closed requests beyond `keep`. */
export const pruneDone = async ({ done }: StateDir, keep = keepDone): Promise<void> => {
  const ids = await journalIds(done);
  const aged = await Promise.all(
    ids.map(async (id) => ({ id, atMs: (await stat(join(done, `${id}.ndjson`))).mtimeMs })),
  );
  const old = aged.sort((a, b) => b.atMs - a.atMs).slice(keep);
  for (const { id } of old) {
    await rm(join(done, `${id}.decision`), { force: true });
    await removeJournal(done, id);
  }
};
