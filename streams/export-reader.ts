/**
 * An export as a stream: whoever reads the log record by record reads an export of it in the same way. How far it goes is
 * told only after all of it was read and found whole, so whoever asks for that first never acts on one that was cut short.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { RawRecord, RecordReader } from "../lib/router/records.ts";
import { type ExportSource, type ExportSummary, exportPages } from "./export-pages.ts";

export interface ExportReader extends RecordReader {
  /** Of the whole export: what it holds, and whether it was redacted. */
  readonly summary: () => TaskEither<Failure, ExportSummary>;
  readonly close: () => Promise<void>;
}

const readThrough = async (source: ExportSource): Promise<Either<Failure, ExportSummary>> => {
  const pages = exportPages(source);
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return value;
  }
};

type Page = Either<Failure, readonly RawRecord[]>;

/** What a reading that is given up returns: nobody asks for it. */
const givenUp = left(failure("internal", "The reading of the export was given up."));

/** A place in it that moves forward; for what lies behind it is opened anew. */
const place = (source: ExportSource) => {
  let pages = exportPages(source);
  let [here, passed]: [readonly RawRecord[], number] = [[], 0];
  let over: Page | undefined;

  const close = async (): Promise<void> => {
    await pages.return(givenUp);
    [pages, here, passed, over] = [exportPages(source), [], 0, undefined];
  };
  const turn = async (): Promise<void> => {
    const next = await pages.next();
    if (!next.done) [passed, here] = [here.at(-1)?.seq ?? passed, next.value];
    else over = isLeft(next.value) ? next.value : right([]);
  };
  const find = async (seq: number): Promise<Page> => {
    if (seq <= passed) await close();
    while (over === undefined && !here.some((record) => record.seq >= seq)) await turn();
    const found = here.filter((record) => record.seq >= seq);
    return found.length > 0 || over === undefined ? right(found) : over;
  };
  return { find, close };
};

export const exportReader = (source: ExportSource): ExportReader => {
  const { find, close } = place(source);
  let summary: Promise<Either<Failure, ExportSummary>> | undefined;
  const summed = (): Promise<Either<Failure, ExportSummary>> => {
    summary ??= readThrough(source);
    return summary;
  };
  /** One after the other, whoever asks: there is one place. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <A>(task: () => Promise<A>): Promise<A> => {
    const done = turn.then(task);
    turn = done;
    return done;
  };
  return {
    summary: () => summed,
    extent: () => summed,
    page: (seq) => () => inTurn(() => find(seq)),
    close: () => inTurn(close),
  };
};
