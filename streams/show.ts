/**
 * All that the log holds about one request: the request, and every response to it in the order of the log.
 */
import { type Either, isLeft, isRight, map, right } from "fp-ts/lib/Either.js";
import { map as mapT, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { requestFilter } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Enrolled, LogReader } from "../lib/router/ports.ts";
import { logCursor, readOn } from "./log-cursor.ts";
import { advance, expecting, settled } from "./progress.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "./records.ts";
import { responsesTo } from "./responses-to.ts";
import { hostsAt } from "./roster.ts";
import { type SeekLog, type Sought, seekRequest } from "./seek-request.ts";

export interface Shown {
  readonly request: RequestRecord;
  readonly responses: readonly ResponseRecord[];
  /** The requests to cancel it, whatever came of them. */
  readonly cancels: readonly RequestRecord[];
}

/** The newest request with this id; `undefined`: it is none of those that were looked at. */
export const findRequest = (log: SeekLog, id: RequestId): TaskEither<Failure, RequestRecord | undefined> =>
  mapT(({ request }: Sought) => request)(seekRequest(log, id));

/** Reads on until the hosts that are known to be meant have ended; without such, to the end of the log. */
const responsesOf = async (
  log: LogReader,
  request: RequestRecord,
  hosts: readonly Enrolled[],
): Promise<Either<Failure, readonly ResponseRecord[]>> => {
  const onward = { from: request.seq + 1, to: Number.POSITIVE_INFINITY };
  const cursor = logCursor(log, responsesTo(request.address, hosts), onward);
  const responses: ResponseRecord[] = [];
  let states = expecting(hosts);
  const read = await readOn(cursor, (stored) => {
    const record = readRecord(stored);
    if (record.kind === "response" && record.event.request_seq === request.seq) {
      responses.push(record);
      states = advance(states, record);
    }
    return hosts.length === 0 || !settled(states);
  });
  return map(() => responses)(read);
};

const asksToCancel = ({ body }: RequestRecord, id: RequestId): boolean =>
  isRight(body) && body.right.route === "cancel" && body.right.input.request === id;

/** A cancel is sent to the very address of what it is to end. */
const cancelsOf = async (
  log: LogReader,
  { id, seq, address }: RequestRecord,
): Promise<Either<Failure, readonly RequestRecord[]>> => {
  const cancels: RequestRecord[] = [];
  const cursor = logCursor(log, requestFilter(address, "cancel"), { from: seq + 1, to: Number.POSITIVE_INFINITY });
  const read = await readOn(cursor, (stored) => {
    const record = readRecord(stored);
    if (record.kind === "request" && asksToCancel(record, id)) cancels.push(record);
    return true;
  });
  return map(() => cancels)(read);
};

/** What came of a request that was found. */
export const shownOf =
  (log: LogReader, enrolled: readonly Enrolled[], request: RequestRecord): TaskEither<Failure, Shown> =>
  async () => {
    const responses = await responsesOf(log, request, hostsAt(enrolled, request.address));
    if (isLeft(responses)) return responses;
    const cancels = await cancelsOf(log, request);
    return map((all: readonly RequestRecord[]) => ({ request, responses: responses.right, cancels: all }))(cancels);
  };

export const show =
  (log: SeekLog, enrolled: readonly Enrolled[], id: RequestId): TaskEither<Failure, Shown | undefined> =>
  async () => {
    const found = await findRequest(log, id)();
    if (isLeft(found)) return found;
    return found.right === undefined ? right(undefined) : shownOf(log, enrolled, found.right)();
  };
