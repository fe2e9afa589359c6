/**
 * The requests that a request repeats, back to the first, and those that repeat it. Bounded both ways: what a request says that
 * it repeats is only what its requester wrote, so each one has to stand before the last, and nothing is looked for without end.
 */
import { type Either, isLeft, isRight, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Enrolled, LogReader } from "../lib/router/ports.ts";
import { answersFrom } from "./answers-from.ts";
import { logCursor, readOn } from "./log-cursor.ts";
import { advance, expecting, type HostStates, settled } from "./progress.ts";
import { type RequestRecord, readRecord } from "./records.ts";
import { responsesTo } from "./responses-to.ts";
import { hostsAt } from "./roster.ts";
import { type SeekLog, seekRequest } from "./seek-request.ts";

/** A request that was repeated. */
export interface Ancestor {
  readonly id: RequestId;
  /** `undefined`: it was not found. */
  readonly request: RequestRecord | undefined;
  /** What came of it. */
  readonly states: HostStates;
}

export interface ReplayChain {
  /** The nearest first. */
  readonly before: readonly Ancestor[];
  /** In the order of the log. */
  readonly after: readonly RequestRecord[];
  /** How many requests after it were looked at, if there are more. */
  readonly lookedAt: number | undefined;
}

/** Replays of replays that are told; responses to one that are looked at; requests that may be replays. */
const [mostBefore, mostResponses, mostRequests] = [16, 2_048, 4_096];

const replayed = ({ body }: RequestRecord): RequestId | undefined =>
  isRight(body) && body.right.route === "deploy" ? body.right.input.replay_of : undefined;

const statesOf = async (
  log: LogReader,
  enrolled: readonly Enrolled[],
  { seq, address }: RequestRecord,
): Promise<Either<Failure, HostStates>> => {
  const hosts = hostsAt(enrolled, address);
  let states = expecting(hosts);
  const about = { requestSeq: seq, filter: responsesTo(address, hosts), from: seq + 1, most: mostResponses };
  const read = await answersFrom(log, {
    ...about,
    isLast: (record) => {
      states = advance(states, record);
      return settled(states);
    },
  });
  return map(() => states)(read);
};

const ancestor = async (
  log: SeekLog,
  enrolled: readonly Enrolled[],
  id: RequestId,
  below: number,
): Promise<Either<Failure, Ancestor>> => {
  const sought = await seekRequest(log, id)();
  if (isLeft(sought)) return sought;
  const { request } = sought.right;
  if (request === undefined || request.seq >= below) return right({ id, request: undefined, states: new Map() });
  const states = await statesOf(log, enrolled, request);
  return map((known: HostStates): Ancestor => ({ id, request, states: known }))(states);
};

const ancestors = async (
  log: SeekLog,
  enrolled: readonly Enrolled[],
  request: RequestRecord,
): Promise<Either<Failure, readonly Ancestor[]>> => {
  const found: Ancestor[] = [];
  for (let next: RequestRecord | undefined = request; next !== undefined && found.length < mostBefore; ) {
    const id = replayed(next);
    if (id === undefined) break;
    const one: Either<Failure, Ancestor> = await ancestor(log, enrolled, id, next.seq);
    if (isLeft(one)) return one;
    found.push(one.right);
    next = one.right.request;
  }
  return right(found);
};

type After = Pick<ReplayChain, "after" | "lookedAt">;

const replaysOf = async (log: LogReader, { id, seq }: RequestRecord): Promise<Either<Failure, After>> => {
  const after: RequestRecord[] = [];
  let looked = 0;
  const cursor = logCursor(log, "hd.req.>", { from: seq + 1, to: Number.POSITIVE_INFINITY });
  const read = await readOn(cursor, (stored) => {
    looked += 1;
    // A look at the text spares reading what is another's.
    const record = stored.body.includes(id) ? readRecord(stored) : undefined;
    if (record?.kind === "request" && replayed(record) === id) after.push(record);
    return looked < mostRequests;
  });
  return map(() => ({ after, lookedAt: looked < mostRequests ? undefined : looked }))(read);
};

export const replayChain =
  (log: SeekLog, enrolled: readonly Enrolled[], request: RequestRecord): TaskEither<Failure, ReplayChain> =>
  async () => {
    const before = await ancestors(log, enrolled, request);
    if (isLeft(before)) return before;
    const after = await replaysOf(log, request);
    return map((found: After): ReplayChain => ({ before: before.right, ...found }))(after);
  };
