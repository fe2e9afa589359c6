/** A place in the log that moves forward page by page, over each record once. A read that fails keeps the place. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";

const pageRecords = 256;

/** Sequences from `from` on, below `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface LogCursor {
  /** The next records that match; none: the end of the stretch or, for now, of the log. */
  readonly page: () => Promise<Either<Failure, readonly Stored[]>>;
}

export const logCursor = (log: Pick<LogReader, "range">, filter: string, { from, to }: Stretch): LogCursor => {
  let next = from;
  const page: LogCursor["page"] = async () => {
    if (next >= to) return right([]);
    const records = await log.range(next, filter, pageRecords)();
    if (isLeft(records)) return records;
    next = (records.right.at(-1)?.seq ?? next - 1) + 1;
    return right(records.right.filter(({ seq }) => seq < to));
  };
  return { page };
};

/** Visits what is left, as long as `visit` says true; the number of records looked at. */
export const readOn = async (
  cursor: LogCursor,
  visit: (stored: Stored) => boolean,
): Promise<Either<Failure, number>> => {
  for (let count = 0; ; ) {
    const page = await cursor.page();
    if (isLeft(page)) return page;
    count += page.right.length;
    if (page.right.length === 0 || !page.right.every(visit)) return right(count);
  }
};
