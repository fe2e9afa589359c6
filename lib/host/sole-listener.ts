/**
 * One listener for each state folder: two would carry the same journals, and each would take requests while the other works.
 * Whoever starts takes the number after the last one, which is free once the holder of the last one is gone. The file of the
 * highest number must never be removed, not even by its holder: a number that is given twice could be held by two.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { makeHolderFile, type Processes, type ProcessIdentity, readHolder } from "./holder-file.ts";

const fileOf = (root: string, number: number): string => join(root, `listener.${number}`);

/** Ascending. */
const numbersIn = async (root: string): Promise<readonly number[]> =>
  (await readdir(root))
    .flatMap((name) => /^listener\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

const highest = (numbers: readonly number[]): number => numbers.at(-1) ?? 0;

const holderOf = async (root: string, number: number, { alive }: Processes): Promise<ProcessIdentity | undefined> => {
  const holder = await readHolder(fileOf(root, number));
  return typeof holder === "object" && (await alive(holder)) ? holder : undefined;
};

/** False: another one was quicker. */
const take = async (root: string, number: number, processes: Processes): Promise<boolean> => {
  if (!(await makeHolderFile(fileOf(root, number), await processes.self()))) return false;
  const numbers = await numbersIn(root);
  // Who read the folder long ago may make a number that was passed and removed meanwhile.
  const isOurs = highest(numbers) === number;
  for (const old of isOurs ? numbers.slice(0, -1) : [number]) await rm(fileOf(root, old), { force: true });
  return isOurs;
};

const inUse = (root: string, { pid }: ProcessIdentity, what: string): Failure<"busy"> =>
  failure(
    "busy",
    `Another ${what} (process ${pid}) works in the state folder ${root}. Stop it before you start this one, or give this one a folder of its own with --state-dir.`,
  );

/** Right: the folder is this process's until it ends. */
export const becomeSoleListener = async (
  root: string,
  processes: Processes,
  what = "listener",
): Promise<Either<Failure<"busy">, undefined>> => {
  for (;;) {
    const last = highest(await numbersIn(root));
    const holder = await holderOf(root, last, processes);
    if (holder !== undefined) return left(inUse(root, holder, what));
    if (await take(root, last + 1, processes)) return right(undefined);
  }
};
