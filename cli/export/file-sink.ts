/**
 * Where an export is written: a file that has its name only when it is whole, and that only its owner can read, because it
 * holds what the log holds; or standard output.
 */
import { lstat, open, rename, rm } from "node:fs/promises";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../../lib/contract/cause-of.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Output } from "../env.ts";

export interface Sink {
  readonly write: (text: string) => Promise<Either<Failure, void>>;
  /** It is whole. */
  readonly finish: () => Promise<Either<Failure, void>>;
  /** It is not, and will not be. Of no use after `finish`. */
  readonly discard: () => Promise<void>;
}

const attempt = async (path: string, act: () => Promise<unknown>): Promise<Either<Failure, void>> => {
  try {
    await act();
    return right(undefined);
  } catch (thrown) {
    return left(failure("invalid_request", `${path} cannot be written: ${causeOf(thrown)}.`));
  }
};

/** Left: what is there already, and must not be lost. */
const unlessTaken = async (path: string, force: boolean): Promise<Either<Failure, void>> => {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return right(undefined);
  const refused = (why: string) => left(failure("invalid_request", `Nothing was exported: ${path} ${why}.`));
  if (!there.isFile()) return refused("is there already, and is no file");
  return force ? right(undefined) : refused("is there already. Give another name, or --force to replace it");
};

export const fileSink = async (path: string, force: boolean): Promise<Either<Failure, Sink>> => {
  const free = await unlessTaken(path, force);
  if (isLeft(free)) return free;
  const partial = `${path}.${crypto.randomUUID().slice(0, 8)}.partial`;
  const opened = await open(partial, "wx", 0o600).catch((thrown: unknown) => causeOf(thrown));
  if (typeof opened === "string") {
    return left(failure("invalid_request", `Nothing was exported: ${path} cannot be written: ${opened}.`));
  }
  return right({
    write: (text) => attempt(path, () => opened.writeFile(text)),
    finish: async () => {
      const still = await unlessTaken(path, force);
      if (isLeft(still)) return still;
      return attempt(path, async () => {
        await opened.sync();
        await opened.close();
        await rename(partial, path);
      });
    },
    discard: async () => {
      await opened.close().catch(() => undefined);
      await rm(partial, { force: true });
    },
  });
};

export const outputSink = (stdout: Output): Sink => ({
  write: async (text) => {
    stdout.write(text);
    await stdout.flushed?.();
    return right(undefined);
  },
  finish: async () => right(undefined),
  discard: async () => {},
});
