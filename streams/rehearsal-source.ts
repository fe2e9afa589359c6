/** Where a rehearsal has its records from: something that can be read more than once, and each time gives the same. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";
import type { RecordReader } from "../lib/router/records.ts";
import { logCursor } from "./log-cursor.ts";
import { storedOfRaw } from "./raw-stored.ts";

type Visit = (stored: Stored) => Promise<void>;

/** Visits all records in the order of the log, one after the other. Left: they cannot be read to the end. */
export type Source = (visit: Visit) => Promise<Either<Failure, void>>;

type Page = Either<Failure, readonly Stored[]>;

const visitPages = async (next: () => Promise<Page>, visit: Visit): Promise<Either<Failure, void>> => {
  for (;;) {
    const page = await next();
    if (isLeft(page)) return page;
    if (page.right.length === 0) return right(undefined);
    for (const stored of page.right) await visit(stored);
  }
};

/** The log in use, up to where it ends now. */
export const logSource = async (log: Pick<LogReader, "range" | "end">): Promise<Either<Failure, Source>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  return right((visit) => {
    const cursor = logCursor(log, "hd.>", { from: 1, to: end.right + 1 });
    return visitPages(() => cursor.page(256), visit);
  });
};

/** A stream that does not change, such as an export. */
export const recordsSource =
  (reader: Pick<RecordReader, "page">): Source =>
  (visit) => {
    let from = 1;
    const next = async (): Promise<Page> => {
      const page = await reader.page(from)();
      if (isLeft(page)) return page;
      from = (page.right.at(-1)?.seq ?? from) + 1;
      return right(page.right.map(storedOfRaw));
    };
    return visitPages(next, visit);
  };
