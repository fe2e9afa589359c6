/** Where a rehearsal has its records from: something that can be read more than once, and each time gives the same. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";
import { logCursor } from "./log-cursor.ts";

export type Entry =
  | { readonly kind: "record"; readonly stored: Stored }
  /** Something that is no record; `place` says where it stands, as a clause that begins a sentence. */
  | { readonly kind: "broken"; readonly place: string; readonly reason: string };

/** Visits all of them in the order of the log, one after the other. Left: they cannot be read to the end. */
export type Source = (visit: (entry: Entry) => Promise<void>) => Promise<Either<Failure, void>>;

const readLog = async (
  log: Pick<LogReader, "range">,
  to: number,
  visit: (entry: Entry) => Promise<void>,
): Promise<Either<Failure, void>> => {
  const cursor = logCursor(log, "hd.>", { from: 1, to });
  for (;;) {
    const page = await cursor.page(256);
    if (isLeft(page)) return page;
    if (page.right.length === 0) return right(undefined);
    for (const stored of page.right) await visit({ kind: "record", stored });
  }
};

/** The log in use, up to where it ends now. */
export const logSource = async (log: Pick<LogReader, "range" | "end">): Promise<Either<Failure, Source>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  return right((visit) => readLog(log, end.right + 1, visit));
};
