/** Each record of a stretch in turn, for whoever has to wait between them. A page at a time is held. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";
import { logCursor, type Stretch } from "./log-cursor.ts";

/** Ends with the first that fails. */
export const eachRecord = async (
  log: Pick<LogReader, "range">,
  filter: string,
  stretch: Stretch,
  visit: (stored: Stored) => Promise<Either<Failure, void>>,
): Promise<Either<Failure, void>> => {
  const cursor = logCursor(log, filter, stretch);
  for (;;) {
    const page = await cursor.page(256);
    if (isLeft(page)) return page;
    if (page.right.length === 0) return right(undefined);
    for (const stored of page.right) {
      const visited = await visit(stored);
      if (isLeft(visited)) return visited;
    }
  }
};
