/**
 * Changes to files that happen together or not at all. Everything is written beside its place first, where a full disk or a
 * missing permission shows; then it is moved in, and what was moved is moved back when a later one cannot be. A secret never
 * takes the place of a file that is there.
 */
import { linkSync, unlinkSync } from "node:fs";
import { chmod, link, mkdir, open, realpath, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../contract/failure.ts";
import { draftOf, formerOf, removeIfThere, removeLeftovers } from "./drafts.ts";
import { codeOf } from "./errno.ts";
import { compare, heed, type Input, naming, Stopped } from "./stopped.ts";

export type Change =
  /** Is made if it is missing, and closed to others if it is not. */
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly mode: number }
  | { readonly kind: "secret"; readonly path: string; readonly text: string }
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string };

interface CommitOptions {
  /** What the changes were made of: if it is different now, they are not made. */
  readonly inputs?: readonly Input[];
  /** Heeded until the first file is moved in; from then on the rest follows at once. */
  readonly signal?: AbortSignal | undefined;
}

type Written = Extract<Change, { kind: "write" | "secret" }>;

/** How many files are written at a time: their syncs share the disk's. */
const together = 64;

const secretMode = 0o600;

/** A link stays one: what it leads to is replaced. */
const targetOf = (path: string): Promise<string> => realpath(path).catch(() => path);

const writeBeside = async (change: Written): Promise<void> => {
  const target = await targetOf(change.path);
  const kept = change.kind === "write" ? (await stat(target).catch(() => undefined))?.mode : undefined;
  const mode = kept === undefined ? undefined : kept & 0o777;
  await mkdir(dirname(target), { recursive: true });
  const file = await open(draftOf(target), "wx", change.kind === "secret" ? secretMode : (mode ?? change.mode));
  try {
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(change.text);
    await file.datasync();
  } finally {
    await file.close();
  }
};

const unsupported: readonly string[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV"];

/**
 * Moves it only where nothing is. Some file systems have no links; there it is looked for first. Done at once, because a way
 * through the thread pool takes ten times as long as a link, and a fleet may have a thousand.
 */
const moveToFree = async (from: string, to: string): Promise<void> => {
  try {
    linkSync(from, to);
  } catch (thrown) {
    if (!unsupported.includes(codeOf(thrown))) throw thrown;
    if ((await stat(to).catch(() => undefined)) !== undefined) throw Object.assign(new Error(), { code: "EEXIST" });
    return rename(from, to);
  }
  unlinkSync(from);
};

type Undo = () => Promise<void>;

const replace = async (path: string): Promise<Undo> => {
  const target = await targetOf(path);
  const old = formerOf(target);
  const had = await link(target, old).then(
    () => true,
    () => false,
  );
  await rename(draftOf(target), target);
  return () => (had ? rename(old, target) : rm(target, { force: true }));
};

const apply = async (change: Change): Promise<Undo> => {
  switch (change.kind) {
    case "folder":
      return makeFolder(change.path);
    case "move":
      await moveToFree(change.from, change.to);
      return () => moveToFree(change.to, change.from);
    case "secret":
      await moveToFree(draftOf(change.path), change.path);
      return () => rm(change.path, { force: true });
    case "write":
      return replace(change.path);
    case "remove": {
      const kept = draftOf(change.path);
      await rename(change.path, kept);
      return () => rename(kept, change.path);
    }
  }
};

const folderMode = 0o700;

const makeFolder = async (path: string): Promise<Undo> => {
  const made = await mkdir(path, { recursive: true, mode: folderMode });
  if (made !== undefined) return () => rmdir(path);
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & 0o077) !== 0) await chmod(path, folderMode);
  return () => chmod(path, mode);
};

const pathOf = (change: Change): string => (change.kind === "move" ? change.to : change.path);

const isWritten = (change: Change): change is Written => change.kind === "write" || change.kind === "secret";

const isFolder = (change: Change): change is Extract<Change, { kind: "folder" }> => change.kind === "folder";

/** `new`: what has not been moved in; what was there before is needed to put it back. */
const cleanUp = async (changes: readonly Change[], which: "new" | "all"): Promise<void> => {
  for (const change of changes) {
    const target = await targetOf(pathOf(change));
    await removeIfThere(draftOf(target));
    if (which === "all") await removeIfThere(formerOf(target));
  }
};

/** A name in a folder survives a power loss only when the folder is synced too. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
};

const putBack = async (undo: readonly Undo[]): Promise<string> => {
  let failed = 0;
  for (const back of undo) await back().catch(() => (failed += 1));
  return failed === 0
    ? "Nothing was changed"
    : `${failed} files could not be put back: compare the folder with a backup`;
};

/** All of them end before the first failure is told, so that none is still being written when they are cleaned up. */
const writeAll = async (changes: readonly Written[], { signal }: CommitOptions): Promise<void> => {
  for (let n = 0; n < changes.length; n += together) {
    heed(signal);
    const some = changes.slice(n, n + together).map((change) => naming(change.path, writeBeside(change)));
    const failed = (await Promise.allSettled(some)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }
};

const applyAll = async (changes: readonly Change[], undo: Undo[], options: CommitOptions): Promise<void> => {
  const [folders, rest] = [changes.filter(isFolder), changes.filter((change) => !isFolder(change))];
  for (const folder of folders) undo.unshift(await naming(folder.path, apply(folder)));
  await writeAll(rest.filter(isWritten), options);
  for (const input of options.inputs ?? []) await compare(input);
  heed(options.signal);
  for (const change of rest) undo.unshift(await naming(pathOf(change), apply(change)));
  for (const folder of new Set(changes.map((change) => dirname(pathOf(change)))))
    await naming(folder, syncFolder(folder));
};

/** Of what went well only the old files are left: a secret that was moved in leaves nothing. */
const leavesOld = ({ kind }: Change): boolean => kind === "write" || kind === "remove";

/** A link leads to another folder, and drafts are there. */
const foldersOf = async (changes: readonly Change[], inputs: readonly Input[]): Promise<ReadonlySet<string>> => {
  const targets = [...changes.map(pathOf), ...inputs.map(({ path }) => path)].map(targetOf);
  const folders = changes.filter(isFolder).map(({ path }) => path);
  return new Set([...(await Promise.all(targets)).map(dirname), ...folders]);
};

/** Left names the file that could not be written, or was changed by somebody else; then every file is as it was. */
export const commit = async (
  changes: readonly Change[],
  options: CommitOptions = {},
): Promise<Either<Failure, void>> => {
  const undo: Undo[] = [];
  for (const folder of await foldersOf(changes, options.inputs ?? [])) await removeLeftovers(folder);
  try {
    await applyAll(changes, undo, options);
    await cleanUp(changes.filter(leavesOld), "all");
    return right(undefined);
  } catch (thrown) {
    if (!(thrown instanceof Stopped)) throw thrown;
    const { code, message } = thrown.said;
    await cleanUp(changes.filter(isWritten), "new");
    const consequence = await putBack(undo);
    await cleanUp(changes, "all");
    return left({ code, message: `${message} ${consequence}.` });
  }
};
