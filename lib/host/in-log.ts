/**
 * What the log has of this host's answers to a request, read off the newest record of each status: all that a host may read.
 * A record that the log took while its acknowledgement was lost is found here, however long ago that was.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { responseSubject } from "../contract/address.ts";
import { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import type { HostIdentity } from "../contract/template.ts";
import { isTerminal, type Status } from "../contract/values.ts";
import { type Answered, eventNumber, type MessageIds } from "../router/message-ids.ts";
import type { LogReader, Stored } from "../router/ports.ts";

export interface OwnLog {
  readonly host: HostIdentity;
  readonly ids: MessageIds;
  readonly log: Pick<LogReader, "last">;
}

/** The host's newest record of a status. */
export const newest = (
  { host, log }: Pick<OwnLog, "host" | "log">,
  status: Status,
): Promise<Either<Failure, Stored | undefined>> => log.last(responseSubject(host.tier, host.hostname, status))();

/** The response that a record holds; `undefined` when it cannot be read. */
export const eventIn = ({ body }: Pick<Stored, "body">): DeployEvent | undefined => {
  try {
    const event = DeployEvent.lenient(JSON.parse(body));
    return isLeft(event) ? undefined : event.right;
  } catch {
    return undefined;
  }
};

/** A record that is older than the request, as in a log that was made anew, cannot be its answer. */
export const answers = (record: Stored | undefined, seq: number): boolean =>
  record !== undefined && record.seq > seq && eventIn(record)?.request_seq === seq;

export interface Reached {
  /** The number of the last event that the log has; 0: none. */
  readonly n: number;
  /** It is the end. */
  readonly isEnd: boolean;
}

const carried: readonly Status[] = ["accepted", "started", "completed", "failed"];

/** How far the log has the journal of a request. */
export const reachedInLog = async (own: OwnLog, answered: Answered): Promise<Either<Failure, Reached>> => {
  let reached: Reached = { n: 0, isEnd: false };
  const found = await Promise.all(carried.map(async (status) => ({ status, record: await newest(own, status) })));
  for (const { status, record } of found) {
    if (isLeft(record)) return left(record.left);
    const n = eventNumber(own.ids, record.right?.msgId, answered);
    if (n > reached.n) reached = { n, isEnd: isTerminal(status) };
  }
  // An end that was told without the journal has no number of its own.
  const isEnd = found.some(
    ({ status, record }) => !isLeft(record) && isTerminal(status) && answers(record.right, answered.seq),
  );
  return right({ ...reached, isEnd });
};
