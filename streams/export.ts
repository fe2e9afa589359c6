/**
 * Writes an export: the records of a stretch of the log, or some of them, page by page, each handed on before the next is
 * waited for. It ends where the log ended when it began, so that it ends at all.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { RawRecord, RecordReader } from "../lib/router/records.ts";
import { type ExportEnd, type ExportHeader, endLine, headerLine, recordLine } from "./export-line.ts";
import { rawCursor } from "./raw-cursor.ts";
import { redacted } from "./redact.ts";

/** By sequences, both included; or those alone, in their order. */
export type ExportChoice = { readonly from: number; readonly to: number } | { readonly seqs: readonly number[] };

export interface ExportTo {
  /** Resolves when there is room for more. */
  readonly write: (text: string) => Promise<Either<Failure, void>>;
  /** Is told how far it is. */
  readonly progress: (seq: number) => void;
  /** Nobody waits for the rest. */
  readonly isStopped: () => boolean;
}

/** About as much at a time. */
const pieceLength = 256 * 1024;

const nothing: ExportEnd = { records: 0, first: 0, last: 0 };

const gathering = ({ write, progress }: ExportTo, header: ExportHeader) => {
  let [piece, end] = [headerLine(header), nothing];
  const flush = async (): Promise<Either<Failure, void>> => {
    const text = piece;
    piece = "";
    progress(end.last);
    return write(text);
  };
  return {
    add: async (record: RawRecord): Promise<Either<Failure, void>> => {
      piece += recordLine(header.redacted ? redacted(record) : record);
      end = { records: end.records + 1, first: end.first || record.seq, last: record.seq };
      return piece.length < pieceLength ? right(undefined) : flush();
    },
    end: async (): Promise<Either<Failure, ExportEnd>> => {
      piece += endLine(end);
      const flushed = await flush();
      return isLeft(flushed) ? flushed : right(end);
    },
  };
};

/** The stretches that hold what is chosen. */
const stretchesOf = (choice: ExportChoice): readonly (readonly [number, number])[] =>
  "seqs" in choice ? choice.seqs.map((seq) => [seq, seq] as const) : [[choice.from, choice.to]];

const copyStretch = async (
  reader: RecordReader,
  [from, to]: readonly [number, number],
  { add }: ReturnType<typeof gathering>,
  { isStopped }: ExportTo,
): Promise<Either<Failure, void>> => {
  const cursor = rawCursor(reader, from, to);
  for (;;) {
    const record = await cursor.peek();
    if (isLeft(record)) return record;
    if (record.right === undefined || isStopped()) return right(undefined);
    const added = await add(record.right);
    if (isLeft(added)) return added;
    cursor.advance();
  }
};

/** Right: what was written. Where it was stopped, the text has no end, so nobody takes it for whole. */
export const writeExport =
  (
    reader: RecordReader,
    { choice, header, to }: { readonly choice: ExportChoice; readonly header: ExportHeader; readonly to: ExportTo },
  ): TaskEither<Failure, ExportEnd | undefined> =>
  async () => {
    const gathered = gathering(to, header);
    for (const stretch of stretchesOf(choice)) {
      const copied = await copyStretch(reader, stretch, gathered, to);
      if (isLeft(copied)) return copied;
      if (to.isStopped()) return right(undefined);
    }
    return gathered.end();
  };
