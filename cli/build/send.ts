/** Appends requests for builds one after the other: when one fails, no more is sent, and what was sent is told. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type BuildAddress, buildResponsesOf } from "../../lib/contract/build-address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import { callBuild } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Live, LogWriter } from "../../lib/router/ports.ts";
import type { BuilderSeen } from "../../streams/build-place.ts";
import { openEars } from "../../streams/ears.ts";
import type { BuildOrder, WatchedBuild } from "./watched.ts";

export interface AskedBuild {
  readonly address: BuildAddress;
  readonly order: BuildOrder;
}

export interface SendingBuilds {
  readonly log: LogWriter;
  readonly requester: Requester;
  /** The options of the connection, for commands that are printed. */
  readonly repeated: string;
  /** Is listened to from before each request is sent; nobody, when nobody is going to watch. */
  readonly live: Pick<Live, "subscribe"> | undefined;
  readonly seen: BuilderSeen | undefined;
}

const send = async (
  { log, requester, repeated, live, seen }: SendingBuilds,
  { address, order }: AskedBuild,
): Promise<Either<Failure, WatchedBuild>> => {
  const id = newId();
  const ears = live === undefined ? undefined : await openEars(live, buildResponsesOf("*"), id);
  const called = await callBuild({ requester, log }, address, { ...order, id })();
  if (isLeft(called)) ears?.stop();
  if (isLeft(called)) return called;
  return right({ request: { id, seq: called.right.seq, address }, order, repeated, seen, ears });
};

const withSent = ({ code, message }: Failure, sent: readonly WatchedBuild[]): Failure => {
  if (sent.length === 0) return failure(code, message);
  const commands = sent.map(({ request, repeated }) => `hd watch ${request.id}${repeated}`).join(", ");
  return failure(code, `${message} Requests that were sent before it go on; return to them with: ${commands}`);
};

export const sendBuilds = async (
  sending: SendingBuilds,
  all: readonly AskedBuild[],
): Promise<Either<Failure, readonly WatchedBuild[]>> => {
  const sent: WatchedBuild[] = [];
  for (const asked of all) {
    const one = await send(sending, asked);
    if (isLeft(one)) return left(withSent(one.left, sent));
    sent.push(one.right);
  }
  return right(sent);
};
