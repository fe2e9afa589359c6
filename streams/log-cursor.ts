/** A place in the log that moves forward page by page, over each record once. A read that fails keeps the place. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";

const pageRecords = 256;

/** One record costs the server a plain answer, a page several messages. */
type PageSize = 1 | typeof pageRecords;

/** Sequences from `from` on, below `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface LogCursor {
  /** The next records that match; none: the end of the stretch or, for now, of the log. */
  readonly page: (size: PageSize) => Promise<Either<Failure, readonly Stored[]>>;
}

export const logCursor = (log: Pick<LogReader, "range">, filter: string, { from, to }: Stretch): LogCursor => {
  let next = from;
  const page: LogCursor["page"] = async (size) => {
    if (next >= to) return right([]);
    const records = await log.range(next, filter, size)();
    if (isLeft(records)) return records;
    next = (records.right.at(-1)?.seq ?? next - 1) + 1;
    return right(records.right.filter(({ seq }) => seq < to));
  };
  return { page };
};

/** Visits what is left, as long as `visit` says true; the number of records looked at. `few`: there is hardly more than one. */
export const readOn = async (
  cursor: LogCursor,
  visit: (stored: Stored) => boolean,
  few = false,
): Promise<Either<Failure, number>> => {
  for (let count = 0; ; ) {
    const page = await cursor.page(few && count === 0 ? 1 : pageRecords);
    if (isLeft(page)) return page;
    count += page.right.length;
    if (page.right.length === 0 || !page.right.every(visit)) return right(count);
  }
};
