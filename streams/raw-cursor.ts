/** A place in a stream that moves forward record by record. While one page is looked at, the next is on its way. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { RawRecord, RecordReader } from "../lib/router/records.ts";

type Page = Either<Failure, readonly RawRecord[]>;

export interface RawCursor {
  /** The record at this place; `undefined`: there are no more, up to where the cursor goes. */
  readonly peek: () => Promise<Either<Failure, RawRecord | undefined>>;
  /** To the next place. */
  readonly advance: () => void;
}

/** From `from` to `to`, both included. */
export const rawCursor = (reader: Pick<RecordReader, "page">, from: number, to: number): RawCursor => {
  const pageAt = (seq: number): Promise<Page> => (seq > to ? Promise.resolve(right([])) : reader.page(seq)());
  let coming: Promise<Page> | undefined;
  let [page, at]: [readonly RawRecord[], number] = [[], 0];
  let isOver = false;

  const turn = async (): Promise<Either<Failure, undefined>> => {
    const next = await (coming ?? pageAt(from));
    if (isLeft(next)) return next;
    [page, at] = [next.right, 0];
    const last = page.at(-1);
    isOver = last === undefined;
    if (last !== undefined) coming = pageAt(last.seq + 1);
    return right(undefined);
  };

  return {
    advance: () => {
      at += 1;
    },
    peek: async () => {
      if (at >= page.length && !isOver) {
        const turned = await turn();
        if (isLeft(turned)) return turned;
      }
      const record = page[at];
      return right(record === undefined || record.seq > to ? undefined : record);
    },
  };
};
