/**
 * Reads the file that holds an identity's secret: the seed of an NKey user. A file that others may read is refused, as ssh
 * refuses one, because a seed cannot be taken back unseen. No message may ever hold what the file holds.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Authenticator } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { type UserKey, userKey } from "./user-key.ts";

export interface SeedFile extends UserKey {
  readonly authenticator: Authenticator;
}

type Unusable = Failure<"unusable_key">;

const unusable = (path: string, what: string, remedy: string): Unusable =>
  failure("unusable_key", `The key file ${path} ${what}. ${remedy}`);

const otherFile = "Name the file that holds the NKey seed of this identity.";
const rewrite = "Write the seed of an NKey user there, one line that begins with SU.";

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read by this user",
  EISDIR: "is a directory",
  ENOTDIR: "does not exist",
};

const unreadable = (path: string, error: unknown): Unusable => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  return unusable(path, sentences[code] ?? `cannot be read (${code})`, otherFile);
};

/** systemd hands a credential over by an access list, which shows as a mode that the group may read. */
const isCredential = (path: string, env: NodeJS.ProcessEnv): boolean =>
  dirname(resolve(path)) === env["CREDENTIALS_DIRECTORY"];

/** Asked of the open file, so that what is checked is what is read. */
const readOwn = async (path: string, file: FileHandle, env: NodeJS.ProcessEnv): Promise<Either<Unusable, string>> => {
  const stat = await file.stat();
  if (stat.isDirectory()) return left(unusable(path, "is a directory", otherFile));
  if (!stat.isFile()) return left(unusable(path, "is not a file", otherFile));
  if ((stat.mode & 0o077) !== 0 && !isCredential(path, env)) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
    return left(unusable(path, `can be read or changed by others (mode ${mode})`, `Run: chmod 600 ${path}`));
  }
  return right((await file.readFile("utf8")).trim());
};

/** Signs the challenge with which the server greets; one that asks for no key sends none. */
const authenticatorOf =
  ({ publicKey, sign }: UserKey): Authenticator =>
  (nonce) => ({
    nkey: publicKey,
    sig: nonce ? Buffer.from(sign(new TextEncoder().encode(nonce))).toString("base64url") : "",
  });

const parse = (path: string, seed: string): Either<Unusable, SeedFile> => {
  if (seed === "") return left(unusable(path, "is empty", rewrite));
  if (/^S[A-TV-Z]/.test(seed)) return left(unusable(path, "holds the seed of another kind than a user", rewrite));
  try {
    const key = userKey(seed);
    return right({ ...key, authenticator: authenticatorOf(key) });
  } catch {
    // What the parser says may quote the seed.
    return left(unusable(path, "does not hold an NKey seed", rewrite));
  }
};

export const seedFile =
  (path: string, env: NodeJS.ProcessEnv = process.env): TaskEither<Unusable, SeedFile> =>
  async () => {
    let file: FileHandle | undefined;
    try {
      // Without waiting: a pipe that nobody writes to would never open.
      file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const text = await readOwn(path, file, env);
      return text._tag === "Left" ? text : parse(path, text.right);
    } catch (error) {
      return left(unreadable(path, error));
    } finally {
      await file?.close();
    }
  };
