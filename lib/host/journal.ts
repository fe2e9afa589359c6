/**
 * The journal of one request: an append-only file of lines of JSON, each on the disk before anything follows from it. Its
 * first line says what the job has to know, every further line is an event, numbered from 1. The listener makes the file
 * and from then on only the job writes to it; a listener writes again only when the job is known to be gone. What stands
 * after the last line feed was torn by a crash and is not read.
 */
import { constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { DeployEvent } from "../contract/deploy-event.ts";
import type { Decoded, Fields, Struct } from "../contract/struct.ts";
import type { RequestId } from "../contract/values.ts";
import { createFile, syncDirectory, syncFile, writeDurably } from "./durable.ts";
import { JobOrder } from "./job-order.ts";

export interface Journal {
  readonly order: JobOrder;
  /** What could be read of it, in order; event 1 is the `accepted` one. */
  readonly events: readonly DeployEvent[];
  /** The number of each, kept with it: what is damaged moves no other event to a number that the log has already. */
  readonly numbers: readonly number[];
}

/** The number of the last event that could be read. */
export const lastNumber = ({ numbers }: Pick<Journal, "numbers">): number => numbers.at(-1) ?? 0;

/** Throws for a value that could not be read back: to take it would be to lose it. */
const line = <F extends Fields>(struct: Struct<F>, value: Decoded<F>): string => {
  const checked = struct.strict(value);
  if (isLeft(checked)) throw new Error(`this ${struct.name} cannot be kept: ${checked.left.join(". ")}`);
  return `${JSON.stringify(value)}\n`;
};

export const journalFile = (dir: string, id: RequestId): string => join(dir, `${id}.ndjson`);

/** Makes the journal with its first event, which outlives this process. Throws when the id has one, or there is no room. */
export const createJournal = (dir: string, order: JobOrder, accepted: DeployEvent): void =>
  createFile(journalFile(dir, order.id), line(JobOrder, order) + line(DeployEvent, accepted));

/** Resolves when the journal, as it is, outlives a power loss too. The name is there already: both can be synced at once. */
export const syncJournal = async (dir: string, id: RequestId): Promise<void> => {
  await Promise.all([syncFile(journalFile(dir, id)), syncDirectory(dir)]);
};

/**
 * Ends a torn line so that it cannot be read: it may be whole but for its line feed, and as an event it would come before
 * the one that is written because it was missing.
 */
const tornEnd = " (torn)\n";

const isTorn = (fd: number): boolean => {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(fd, last, { position: size - 1 }) === 1 && last.toString() !== "\n";
};

const parseLine = (textOf: string): unknown => {
  try {
    return JSON.parse(textOf);
  } catch {
    return undefined;
  }
};

const contentsOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

interface Numbered {
  readonly event: DeployEvent;
  readonly number: number;
}

const numberIn = (value: unknown): number | undefined => {
  const n = typeof value === "object" && value !== null && "n" in value ? value.n : undefined;
  return typeof n === "number" && Number.isSafeInteger(n) && n > 0 ? n : undefined;
};

/** The events that can be read of all lines but the first; the acceptance has no number, because it is the first. */
const eventsIn = (lines: readonly string[]): readonly Numbered[] =>
  lines.flatMap((text, index) => {
    const value = parseLine(text);
    const event = DeployEvent.lenient(value);
    return isLeft(event) ? [] : [{ event: event.right, number: numberIn(value) ?? index + 1 }];
  });

/** Beyond every number that an event may have had, also one whose line is damaged. */
const nextNumber = (contents: string, after: number): number => {
  const lines = contents.split("\n").slice(1);
  const whole = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return Math.max(after, whole.length, ...eventsIn(whole).map(({ number }) => number)) + 1;
};

/**
 * Starts a line of its own even after a torn one, so that a crash costs one event and never two. It is numbered after all that
 * are there, and after `after`.
 */
export const appendEvent = async (dir: string, id: RequestId, event: DeployEvent, after = 0): Promise<void> => {
  const checked = line(DeployEvent, event);
  const file = journalFile(dir, id);
  const fd = openSync(file, constants.O_RDWR | constants.O_APPEND);
  const numbered = `{"n":${nextNumber(readFileSync(file, "utf8"), after)},${checked.slice(1)}`;
  await writeDurably(fd, (isTorn(fd) ? tornEnd : "") + numbered);
};

/**
 * Left: the file is not there, or its first two lines are not those of a journal. A damaged later line is left out. Rejects
 * when it cannot be read, which says nothing of what it holds.
 */
export const readJournal = async (dir: string, id: RequestId): Promise<Either<string, Journal>> => {
  const file = journalFile(dir, id);
  const contents = contentsOf(file);
  if (contents === undefined) return left(`${file} is not there`);
  const [first, ...others] = contents.split("\n").slice(0, -1);
  const order = JobOrder.lenient(parseLine(first ?? ""));
  if (isLeft(order)) return left(`${file} does not begin as a journal: ${order.left.join(". ")}`);
  const read = eventsIn(others);
  if (read.length === 0) return left(`${file} holds no event`);
  return right({
    order: order.right,
    events: read.map(({ event }) => event),
    numbers: read.map(({ number }) => number),
  });
};
