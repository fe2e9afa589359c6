/**
 * An export, read line by line and held to what it promises: it begins and ends as one, its records are in the order of the
 * log and as many as its end says. Only a page that is followed by a page, or by the end, is known to be of a whole export.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { RawRecord } from "../lib/router/records.ts";
import { type ExportEnd, type ExportHeader, exportLine } from "./export-line.ts";

/** Lines as they come, several at a time. Each still has its line feed; a last one without was cut. */
export type LineChunks = AsyncIterable<readonly string[]>;

export interface ExportSource {
  /** For messages: what people call it. */
  readonly name: string;
  readonly open: () => LineChunks;
}

export interface ExportSummary extends ExportHeader, ExportEnd {}

const counted = ({ records, first, last }: ExportEnd): string =>
  records === 0 ? "no records" : `${records} record${records === 1 ? "" : "s"}, ${first} to ${last}`;

const isSame = (a: ExportEnd, b: ExportEnd): boolean =>
  a.records === b.records && a.first === b.first && a.last === b.last;

/** What was read so far. */
const begun = () => ({
  line: 0,
  header: undefined as ExportHeader | undefined,
  isOver: false,
  ...{ records: 0, first: 0, last: 0 },
});

type Reading = ReturnType<typeof begun>;

const takeRecord = (at: Reading, record: RawRecord): Either<string, RawRecord> => {
  if (record.seq <= at.last) return left(`record ${record.seq} comes after record ${at.last}`);
  if (at.records === 0) at.first = record.seq;
  at.last = record.seq;
  at.records += 1;
  return right(record);
};

/** The record of the line; `undefined`: it is the first line, or the last. */
const takeLine = (at: Reading, text: string): Either<string, RawRecord | undefined> => {
  at.line += 1;
  if (!text.endsWith("\n")) return left("the line was cut short");
  if (at.isOver) return left("there is more after the end of the export");
  const decoded = exportLine(text);
  if (isLeft(decoded)) return decoded;
  const line = decoded.right;
  if ((line.type === "export") !== (at.header === undefined)) {
    return left(line.type === "export" ? "an export begins inside another" : "it is not the beginning of an export");
  }
  if (line.type === "record") return takeRecord(at, line.record);
  if (line.type === "export") at.header = line.header;
  else if (!isSame(line.end, at)) return left(`the export has ${counted(at)}; its end says ${counted(line.end)}`);
  else at.isOver = true;
  return right(undefined);
};

const takeLines = (at: Reading, lines: readonly string[]): Either<string, readonly RawRecord[]> => {
  const records: RawRecord[] = [];
  for (const text of lines) {
    const taken = takeLine(at, text);
    if (isLeft(taken)) return taken;
    if (taken.right !== undefined) records.push(taken.right);
  }
  return right(records);
};

const wrong = (name: string, { line }: Reading, clause: string): Either<Failure, never> =>
  left(failure("invalid_request", `${name}, line ${Math.max(1, line)}: ${clause}.`));

const summaryOf = (name: string, at: Reading): Either<Failure, ExportSummary> => {
  if (at.header === undefined) return left(failure("invalid_request", `${name} is empty, so it is not an export.`));
  if (!at.isOver) return wrong(name, at, "the export ends here without its end; it was cut short");
  const { header, records, first, last } = at;
  return right({ ...header, records, first, last });
};

type Pages = AsyncGenerator<readonly RawRecord[], Either<Failure, ExportSummary>>;

/** Its records as they come, a few at a time. It returns what the whole export is, or why it is none. */
export async function* exportPages({ name, open }: ExportSource): Pages {
  const at = begun();
  try {
    for await (const lines of open()) {
      const records = takeLines(at, lines);
      if (isLeft(records)) return wrong(name, at, records.left);
      if (records.right.length > 0) yield records.right;
    }
  } catch (thrown) {
    const where = at.line === 0 ? "" : ` on after line ${at.line}`;
    return left(failure("invalid_request", `${name} cannot be read${where}: ${causeOf(thrown)}.`));
  }
  return summaryOf(name, at);
}
