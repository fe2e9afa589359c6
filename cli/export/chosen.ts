/** Which records are exported: those of a time, of a stretch of sequences, or all that belongs to some requests. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { shownBuild } from "../../streams/build-shown.ts";
import type { ExportChoice } from "../../streams/export.ts";
import type { BuildRequestRecord } from "../../streams/records.ts";
import { seekRequest } from "../../streams/seek-request.ts";
import { seqAt } from "../../streams/seq-at.ts";
import { shownOf } from "../../streams/show.ts";
import type { CliEnv, Connection } from "../env.ts";
import { notFound } from "../work/not-found.ts";
import { lend } from "../work/with-bus.ts";

export interface Choosing {
  readonly ids: readonly RequestId[];
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Why these do not go together: a sentence. */
export const misfit = ({ ids, sinceMs, untilMs, from, to }: Choosing): string | undefined => {
  const isStretch = [sinceMs, untilMs, from, to].some((one) => one !== undefined);
  if (ids.length > 0 && isStretch)
    return "--id names requests, whenever they were; leave out --since, --until, --from and --to.";
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs)
    return "--since is not before --until; turn them round.";
  return from !== undefined && to !== undefined && from > to ? "--from is after --to; turn them round." : undefined;
};

const seqsOfBuild = async ({ log }: Bus, build: BuildRequestRecord): Promise<Either<Failure, readonly number[]>> => {
  const shown = await shownBuild(log, build);
  return isLeft(shown) ? shown : right([build, ...shown.right.responses].map(({ seq }) => seq));
};

/** The request, what came of it, and what was to end it. */
const seqsOf = async (bus: Bus, id: RequestId, repeated: string): Promise<Either<Failure, readonly number[]>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const sought = await seekRequest(bus.log, id, Number.POSITIVE_INFINITY)();
  if (isLeft(sought)) return sought;
  const { request, build } = sought.right;
  if (build !== undefined) return seqsOfBuild(bus, build);
  if (request === undefined) return left(notFound(id, repeated, sought.right));
  const shown = await shownOf(bus.log, enrolled.right, request)();
  if (isLeft(shown)) return shown;
  return right([request, ...shown.right.responses, ...shown.right.cancels].map(({ seq }) => seq));
};

const byIds = async (bus: Bus, ids: readonly RequestId[], repeated: string): Promise<Either<Failure, ExportChoice>> => {
  const seqs = new Set<number>();
  for (const id of ids) {
    const found = await seqsOf(bus, id, repeated);
    if (isLeft(found)) return found;
    for (const seq of found.right) seqs.add(seq);
  }
  return right({ seqs: [...seqs].sort((a, b) => a - b) });
};

const byTimes = async (bus: Bus, { sinceMs, untilMs, from = 1, to }: Choosing, last: number) => {
  const since = sinceMs === undefined ? right(1) : await seqAt(bus.log, sinceMs)();
  if (isLeft(since)) return since;
  // Until and with that millisecond.
  const after = untilMs === undefined ? right(last + 1) : await seqAt(bus.log, untilMs + 1)();
  if (isLeft(after)) return after;
  return right({ from: Math.max(from, since.right), to: Math.min(to ?? last, after.right - 1, last) });
};

/** `last`: where the log ends. Only for times and ids a second connection is made. */
export const chosen = async (
  { connect }: Pick<CliEnv, "connect">,
  connection: Connection,
  choosing: Choosing,
  last: number,
): Promise<Either<Failure, ExportChoice>> => {
  const { ids, sinceMs, untilMs, from = 1, to = last } = choosing;
  if (ids.length > 0) return lend(connect(connection), (bus) => byIds(bus, ids, connection.repeated));
  if (sinceMs === undefined && untilMs === undefined) return right({ from, to: Math.min(to, last) });
  return lend<Bus, ExportChoice>(connect(connection), (bus) => byTimes(bus, choosing, last));
};
