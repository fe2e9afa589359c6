/**
 * What a host has counted, beside its journals: a first line with the sums, then a line for each outcome since. A host may not
 * read its history in the log, so this is what its counts go on from after a restart. Each line is with the kernel before
 * anything follows from it, so a kill loses none; the file is rewritten whole or not at all.
 */
import { closeSync, constants, fdatasync, fdatasyncSync, fsyncSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { integer, list, prose } from "../contract/codec.ts";
import { type Decoded, type Fields, object, optional, required, type Struct, struct } from "../contract/struct.ts";
import { writeAll } from "./durable.ts";

const count = integer("Count", 0, Number.MAX_SAFE_INTEGER);
const label = prose("Label", 100);

/** `n` of a kind, which took `ms` together. Those of one cell lie in one bucket, so their mean does too. */
const Cell = struct("sum of outcomes", {
  what: required(label, "what was counted"),
  labels: required(list(label, 3), "its labels"),
  n: required(count, "how many"),
  ms: required(count, "how long they took together"),
});
export type Cell = Decoded<typeof Cell.fields>;

const Sums = struct("sums of outcomes", {
  counted: required(integer("Version", 1, 1), "which form this file has"),
  cells: required(list(object(Cell), 10_000), "the sums"),
  known: required(
    list(
      object(
        struct("known outcome", {
          msg_id: required(prose("Id", 500), "its message id"),
          status: required(label, "its status"),
        }),
      ),
      10_000,
    ),
    "the newest that are in them",
  ),
  success_ms: required(count, "when a deployment succeeded last; 0: never"),
});
export type Sums = Decoded<typeof Sums.fields>;

const Phase = struct("time of a phase", { phase: required(label, "which"), ms: required(count, "how long it took") });

const Line = struct("outcome", {
  msg_id: required(prose("Id", 500), "the message id of its record"),
  status: required(label, "how it ended"),
  action: required(label, "what was asked for"),
  code: required(label, "why it failed"),
  elapsed_ms: optional(count, "how long it took"),
  at_ms: required(count, "when it ended"),
  phases: required(list(object(Phase), 64), "how long its phases took"),
});
export type OutcomeLine = Decoded<typeof Line.fields>;

export interface Kept {
  /** `undefined`: there is no file, or it does not begin as one. */
  readonly sums: Sums | undefined;
  readonly isThere: boolean;
  readonly lines: readonly OutcomeLine[];
}

const decoded = <F extends Fields>(codec: Struct<F>, text: string | undefined): Decoded<F> | undefined => {
  try {
    const value = codec.lenient(JSON.parse(text ?? ""));
    return isLeft(value) ? undefined : value.right;
  } catch {
    return undefined;
  }
};

const outcomeFile = (root: string): string => join(root, "outcomes.ndjson");

/** Throws when there is a file and it cannot be read. A line that a crash tore is left out. */
export const readOutcomes = (root: string): Kept => {
  let text: string;
  try {
    text = readFileSync(outcomeFile(root), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { sums: undefined, isThere: false, lines: [] };
    throw error;
  }
  const [first, ...others] = text.split("\n");
  return {
    sums: decoded(Sums, first),
    isThere: true,
    lines: others.flatMap((one) => decoded(Line, one) ?? []),
  };
};

const open = <A>(file: string, flags: number, use: (fd: number) => A): A => {
  const fd = openSync(file, flags, 0o600);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
};

/** Replaces the file by its sums. Throws when the disk takes no more; then the old one stays. */
export const rewriteOutcomes = (root: string, sums: Sums): void => {
  const [file, unfinished] = [outcomeFile(root), `${outcomeFile(root)}.new`];
  open(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, (fd) => {
    writeAll(fd, `${JSON.stringify(sums)}\n`);
    fdatasyncSync(fd);
  });
  renameSync(unfinished, file);
  open(root, constants.O_RDONLY, fsyncSync);
};

/** With the kernel when it comes back, on the disk soon after. Throws when the disk takes no more. */
export const appendOutcome = (root: string, line: OutcomeLine): void => {
  const fd = openSync(outcomeFile(root), constants.O_WRONLY | constants.O_APPEND);
  try {
    writeAll(fd, `${JSON.stringify(line)}\n`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  fdatasync(fd, () => closeSync(fd));
};
