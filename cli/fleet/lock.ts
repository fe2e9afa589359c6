/**
 * One process at a time changes a fleet: what it read is still so when it writes. The lock is a file that names its holder; one
 * whose holder is no more is taken over. Whoever edits with an editor knows no lock, so what was read is compared as well.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Either, left } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { isAlive } from "../../lib/fleet/drafts.ts";
import { codeOf, notDone } from "../../lib/fleet/errno.ts";

/** How long another one may take, in milliseconds; a change of a thousand hosts takes one or two seconds. */
const patienceMs = 20_000;
const againMs = 25;

/** In this process: a lock with its number that it does not hold is of one before it, as in a container that starts anew. */
const held = new Set<string>();

const lockOf = (dir: string): string => join(dir, ".hd.lock");

const mine = (): string => `${process.pid} ${hostname()}\n`;

const isStale = (path: string, holder: string): boolean => {
  const [, pid, machine] = /^([1-9]\d{0,8}) (.+)\n$/.exec(holder) ?? [];
  if (pid === undefined || machine !== hostname()) return false;
  return Number(pid) === process.pid ? !held.has(path) : !isAlive(Number(pid));
};

/** Moved away first: of two that find it stale only one moves it, and whoever moved a living one puts it back. */
const takeAway = async (path: string): Promise<void> => {
  const away = `${path}.${process.pid}`;
  try {
    await rename(path, away);
    const holder = await readFile(away, "utf8");
    if (isStale(path, holder)) await rm(away);
    else await rename(away, path);
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT") throw thrown;
  }
};

/** `undefined`: it is ours; else who has it. */
const tryLock = async (path: string): Promise<string | undefined> => {
  try {
    await writeFile(path, mine(), { flag: "wx", mode: 0o600 });
    held.add(path);
    return undefined;
  } catch (thrown) {
    if (codeOf(thrown) !== "EEXIST") throw thrown;
  }
  const holder = await readFile(path, "utf8").catch(() => "");
  if (isStale(path, holder)) await takeAway(path);
  return holder;
};

const occupied = (path: string, holder: string): Failure => {
  const who = /^\d+/.exec(holder)?.[0] ?? "unknown";
  const what = `Nothing was changed: another hd (process ${who}) is changing this fleet, by ${path}`;
  return failure("invalid_request", `${what}. Run it again when that has ended; if none runs, remove that file.`);
};

const acquire = async (path: string, signal: AbortSignal): Promise<Failure | undefined> => {
  const end = performance.now() + patienceMs;
  try {
    for (;;) {
      const holder = await tryLock(path);
      if (holder === undefined) return undefined;
      if (signal.aborted) return failure("cancelled", "Interrupted. Nothing was changed.");
      if (performance.now() > end) return occupied(path, holder);
      await wait(againMs);
    }
  } catch (thrown) {
    return notDone("written", path, thrown);
  }
};

/** `dir` must be there. Left also when another one does not end, or when it was aborted while it waited. */
export const locked = async <A>(
  dir: string,
  signal: AbortSignal,
  task: () => Promise<Either<Failure, A>>,
): Promise<Either<Failure, A>> => {
  const path = lockOf(dir);
  const refusal = await acquire(path, signal);
  if (refusal !== undefined) return left(refusal);
  try {
    return await task();
  } finally {
    held.delete(path);
    await rm(path, { force: true });
  }
};
