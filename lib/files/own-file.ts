/**
 * Reads the small files that an identity is made of. One that holds a secret is refused when others may read or change it,
 * as ssh refuses one, because a secret cannot be taken back unseen. No message may ever hold what such a file holds.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import { holdsSeed } from "../contract/scrub.ts";

export type Unusable = Failure<"unusable_key">;

export interface FileKind {
  /** Begins the sentence: `The key file`. */
  readonly what: string;
  /** What to do when there is no such file: a sentence. */
  readonly instead: string;
  /** What is public may be read by all. */
  readonly secret: boolean;
}

/** No key, certificate or context is larger; a device that never ends is no file. */
const mostBytes = 1024 * 1024;

export const unusable = ({ what }: Pick<FileKind, "what">, path: string, why: string, remedy: string): Unusable =>
  failure("unusable_key", `${what} ${path} ${why}. ${remedy}`);

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read by this user",
  EISDIR: "is a directory",
  ENOTDIR: "does not exist",
};

const unreadable = (kind: FileKind, path: string, error: unknown): Unusable => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  return unusable(kind, path, sentences[code] ?? `cannot be read (${code})`, kind.instead);
};

/** systemd hands a credential over by an access list, which shows as a mode that the group may read. */
const isCredential = (path: string, env: NodeJS.ProcessEnv): boolean =>
  dirname(resolve(path)) === env["CREDENTIALS_DIRECTORY"];

/** `undefined`: only its owner can read or change it. */
const openToOthers = (mode: number): string | undefined =>
  (mode & 0o077) === 0
    ? undefined
    : `can be read or changed by others (mode ${(mode & 0o777).toString(8).padStart(4, "0")})`;

/** Whoever does not own a file cannot close it, and should not: it is probably not the one that was meant. */
const remedyOf = ({ instead }: FileKind, path: string, owner: number): string =>
  process.getuid?.() === owner ? `Run: chmod 600 ${path}` : `It belongs to another user. ${instead}`;

/** Asked of the open file, so that what is checked is what is read. */
const readOpen = async (
  kind: FileKind,
  path: string,
  file: FileHandle,
  env: NodeJS.ProcessEnv,
): Promise<Either<Unusable, string>> => {
  const stat = await file.stat();
  if (stat.isDirectory()) return left(unusable(kind, path, "is a directory", kind.instead));
  if (!stat.isFile()) return left(unusable(kind, path, "is not a file", kind.instead));
  if (stat.size > mostBytes) return left(unusable(kind, path, "is larger than any such file", kind.instead));
  const open = kind.secret && !isCredential(path, env) ? openToOthers(stat.mode) : undefined;
  if (open !== undefined) return left(unusable(kind, path, open, remedyOf(kind, path, stat.uid)));
  return right(await file.readFile("utf8"));
};

/** A seed that stands where the path belongs is as secret as one in the file. */
const seedGiven = ({ what, instead }: FileKind): Unusable =>
  failure("unusable_key", `${what} is given as a seed itself, and not by the name of a file that holds it. ${instead}`);

/** The whole text. */
export const ownFile =
  (kind: FileKind, path: string, env: NodeJS.ProcessEnv = process.env): TaskEither<Unusable, string> =>
  async () => {
    if (holdsSeed(path)) return left(seedGiven(kind));
    let file: FileHandle | undefined;
    try {
      // Without waiting: a pipe that nobody writes to would never open.
      file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      return await readOpen(kind, path, file, env);
    } catch (error) {
      return left(unreadable(kind, path, error));
    } finally {
      await file?.close();
    }
  };
