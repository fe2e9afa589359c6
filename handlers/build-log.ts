/**
 * What a builder says to the log and reads from it again. Its own newest records are all that a builder remembers: requests are
 * taken in order, so an end that is recorded of one request is the end of all before it. Another process may speak in the same
 * name, so what is said once is written only where nothing of its status came in between.
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
  /** The sequence of the newest record of each status that is said once; 0: there is none. */
  readonly newest: ReadonlyMap<BuildStatus, number>;
}

interface Newest {
  readonly seq: number;
  /** `undefined`: there is none, or one that cannot be read and is none of ours. */
  readonly event: Pick<BuildEvent, "request_seq" | "at"> | undefined;
}

const eventOf = (body: string): Newest["event"] => {
  try {
    const event = BuildEvent.lenient(JSON.parse(body));
    return isLeft(event) ? undefined : event.right;
  } catch {
    return undefined;
  }
};

const newestOf = async ({ log, builder }: BuildLog, status: BuildStatus): Promise<Either<Failure, Newest>> => {
  const found = await log.last(buildResponseSubject(builder, status))();
  if (isLeft(found)) return found;
  return right({ seq: found.right?.seq ?? 0, event: eventOf(found.right?.body ?? "null") });
};

const ends = ["completed", "failed", "rejected"] as const satisfies readonly BuildStatus[];

export const heardOf = async (said: BuildLog, { seq }: Pick<BuildOrigin, "seq">): Promise<Either<Failure, Heard>> => {
  const all = new Map<BuildStatus, Newest>();
  for (const status of ["accepted", ...ends] as const) {
    const found = await newestOf(said, status);
    if (isLeft(found)) return found;
    all.set(status, found.right);
  }
  const { request_seq, at } = all.get("accepted")?.event ?? {};
  return right({
    ended: ends.some((status) => (all.get(status)?.event?.request_seq ?? 0) >= seq),
    acceptedAtMs: request_seq === seq ? Date.parse(at ?? "") || said.now() : undefined,
    newest: new Map([...all].map(([status, newest]) => [status, newest.seq])),
  });
};

interface Appending {
  /** What was heard before: only as the next of its status, so that of two with one name one is refused. Left out: anyhow. */
  readonly heard?: Heard;
  readonly timeoutMs?: number;
}

/** Appends one record and, only then, sends the live copy that may have been asked for. What comes back is why it could not. */
export const append = async (
  said: BuildLog,
  origin: BuildOrigin,
  what: Said,
  which: Which,
  { heard, timeoutMs }: Appending,
): Promise<Failure | undefined> => {
  const body = JSON.stringify(recordOf(said, origin, what));
  const subject = buildResponseSubject(said.builder, what.status);
  const entry = { subject, body, msgId: said.ids.of(origin, which), after: heard?.newest.get(what.status) };
  const appended = await said.log.append(entry, timeoutMs)();
  if (isLeft(appended)) return appended.left;
  if (origin.replyTo !== undefined) said.live.publish(origin.replyTo, body);
  return undefined;
};
