/**
 * Reads the status of all hosts, now or as of a time, folded from the log. Now, what hosts announced is held against it; of
 * what was nobody announces anything any more.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Bus, Enrolled, Stored } from "../../lib/router/ports.ts";
import { statusAt } from "../../streams/status.ts";
import { announcedBy } from "../work/announced.ts";
import { type AsOf, asOf } from "../work/as-of.ts";
import { type StatusLine, statusLines } from "./status-line.ts";

export interface Moment {
  /** `undefined`: now, which is the end of the log. */
  readonly atMs: number | undefined;
  readonly nowMs: number;
}

/** Where a moment is in the log. */
export const placeOf = async ({ log }: Pick<Bus, "log">, { atMs, nowMs }: Moment): Promise<Either<Failure, AsOf>> => {
  if (atMs !== undefined) return asOf(log, atMs);
  const end = await log.end()();
  return isLeft(end) ? end : right({ atMs: nowMs, seq: end.right });
};

/** Whose status it is, beside those that the log tells of. */
export interface Known {
  readonly enrolled: readonly Enrolled[];
  readonly announced: readonly Stored[];
  /** Whether hosts count that are not enrolled any more. */
  readonly former: boolean;
}

export const readStatus = async (
  { log }: Pick<Bus, "log">,
  { seq }: AsOf,
  { former, ...known }: Known,
): Promise<Either<Failure, readonly StatusLine[]>> => {
  const statuses = await statusAt(log, seq)();
  return isLeft(statuses) ? statuses : right(statusLines({ ...known, statuses: statuses.right }, former));
};

export interface Status {
  readonly lines: readonly StatusLine[];
  readonly place: AsOf;
}

/** `say`: is told what is missing from the answer. */
export const readFleet = async (
  bus: Bus,
  moment: Moment,
  say: (sentence: string) => void,
): Promise<Either<Failure, Status>> => {
  const isPast = moment.atMs !== undefined;
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const place = await placeOf(bus, moment);
  if (isLeft(place)) return place;
  const announced = isPast ? [] : await announcedBy(bus, enrolled.right, say);
  // Of what is now, a host that was removed is no part.
  const lines = await readStatus(bus, place.right, { enrolled: enrolled.right, announced, former: isPast });
  return isLeft(lines) ? lines : right({ lines: lines.right, place: place.right });
};
