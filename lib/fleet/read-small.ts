/**
 * Reads the small text files that a fleet is made of. A pipe that nobody writes to, a device that never ends and a file of
 * gigabytes are refused by what is open, before anything of them is read.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { isMissing, notDone } from "./errno.ts";

/** Such a file is written by hand, or from one that is; a larger one is something else. */
const mostBytes = 16 * 1024 ** 2;

const refused = (path: string, why: string): Either<Failure, never> =>
  left(failure("invalid_request", `${path} cannot be read: ${why}.`));

const readOpen = async (path: string, file: FileHandle): Promise<Either<Failure, string>> => {
  const stat = await file.stat();
  if (stat.isDirectory()) return refused(path, "it is a folder");
  if (!stat.isFile()) return refused(path, "it is no file");
  if (stat.size > mostBytes) return refused(path, "it is too large");
  try {
    return right(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.readFile()));
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return left(failure("invalid_request", `${path} is not text in UTF-8.`));
  }
};

/** The whole text, with a byte order mark where there is one. `undefined`: there is no such file. */
export const readSmall = async (path: string): Promise<Either<Failure, string | undefined>> => {
  let file: FileHandle | undefined;
  try {
    // Without waiting: a pipe that nobody writes to would never open.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readOpen(path, file);
  } catch (thrown) {
    return isMissing(thrown) ? right(undefined) : left(notDone("read", path, thrown));
  } finally {
    await file?.close();
  }
};
