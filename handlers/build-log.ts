/**
 * What a builder says to the log and reads from it again. Its own newest records are all that a builder remembers: requests are
 * taken in order, so an end that is recorded of one request is the end of all before it.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { buildResponseSubject } from "../lib/contract/build-address.ts";
import { BuildEvent } from "../lib/contract/build-event.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { BuildStatus } from "../lib/contract/values.ts";
import type { MessageIds, Which } from "../lib/router/message-ids.ts";
import type { Live, LogReader, LogWriter } from "../lib/router/ports.ts";
import type { BuildOrigin } from "./build-order.ts";
import { recordOf, type Said, type Speaker } from "./build-records.ts";

export interface BuildLog extends Speaker {
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly live: Pick<Live, "publish">;
  readonly ids: MessageIds;
}

/** What stands in the log of a request. */
export interface Heard {
  readonly ended: boolean;
  /** When it was accepted, by the builder's clock; `undefined`: it was not. */
  readonly acceptedAtMs: number | undefined;
}

/** The newest record of a status. One that cannot be read is none of ours. */
const newest = async (
  { log, builder }: BuildLog,
  status: BuildStatus,
): Promise<Either<Failure, Pick<BuildEvent, "request_seq" | "at"> | undefined>> => {
  const found = await log.last(buildResponseSubject(builder, status))();
  if (isLeft(found)) return found;
  try {
    const event = BuildEvent.lenient(JSON.parse(found.right?.body ?? "null"));
    return right(isLeft(event) ? undefined : event.right);
  } catch {
    return right(undefined);
  }
};

const ends = ["completed", "failed", "rejected"] as const satisfies readonly BuildStatus[];

const hasEnded = async (said: BuildLog, seq: number): Promise<Either<Failure, boolean>> => {
  for (const status of ends) {
    const found = await newest(said, status);
    if (isLeft(found)) return found;
    if ((found.right?.request_seq ?? 0) >= seq) return right(true);
  }
  return right(false);
};

export const heardOf = async (said: BuildLog, { seq }: Pick<BuildOrigin, "seq">): Promise<Either<Failure, Heard>> => {
  const ended = await hasEnded(said, seq);
  if (isLeft(ended)) return ended;
  if (ended.right) return right({ ended: true, acceptedAtMs: undefined });
  const accepted = await newest(said, "accepted");
  if (isLeft(accepted)) return accepted;
  const { request_seq, at } = accepted.right ?? {};
  return right({ ended: false, acceptedAtMs: request_seq === seq ? Date.parse(at ?? "") || said.now() : undefined });
};

/** Appends one record and, only then, sends the live copy that may have been asked for. What comes back is why it could not. */
export const append = async (
  said: BuildLog,
  origin: BuildOrigin,
  what: Said,
  which: Which,
  timeoutMs?: number,
): Promise<Failure | undefined> => {
  const body = JSON.stringify(recordOf(said, origin, what));
  const subject = buildResponseSubject(said.builder, what.status);
  const appended = await said.log.append({ subject, body, msgId: said.ids.of(origin, which) }, timeoutMs)();
  if (isLeft(appended)) return appended.left;
  if (origin.replyTo !== undefined) said.live.publish(origin.replyTo, body);
  return undefined;
};
