/** Appends requests one after the other: when one fails, no more is sent, and what was sent is told. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { requestSubject } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { AnyRoute } from "../../lib/contract/route.ts";
import { cancel } from "../../lib/contract/routes/cancel.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { freeze } from "../../lib/contract/routes/freeze.ts";
import { unfreeze } from "../../lib/contract/routes/unfreeze.ts";
import type { RequestId, Verb } from "../../lib/contract/values.ts";
import { type Called, call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Live, LogReader, LogWriter, Stored } from "../../lib/router/ports.ts";
import { openEars } from "../../streams/ears.ts";
import { responsesTo } from "../../streams/responses-to.ts";
import type { Shown } from "../../streams/show.ts";
import type { Watched } from "../follow/watched.ts";
import type { Meant } from "./targets.ts";

/** One request that is to be sent. */
export interface Asking extends Meant {
  readonly verb: Verb | undefined;
  readonly body: RequestBody;
  /** Of a cancel: what it is to end. */
  readonly cancelled?: Shown;
  /** Of a wish that comes true: its id. Everything else gets a new one. */
  readonly id?: RequestId;
}

const withSent = ({ code, message }: Failure, sent: readonly Watched[]): Failure => {
  if (sent.length === 0) return failure(code, message);
  const commands = sent.map(({ request, repeated }) => `hd watch ${request.id}${repeated}`).join(", ");
  return failure(code, `${message} Requests that were sent before it go on; return to them with: ${commands}`);
};

export interface Sending {
  readonly log: LogWriter & Pick<LogReader, "range">;
  readonly requester: Requester;
  /** The options of the connection, for commands that are printed. */
  readonly repeated: string;
  /** Is listened to from before each request is sent; nobody, when nobody is going to watch. */
  readonly live: Pick<Live, "subscribe"> | undefined;
}

/** The body is one that the route itself decoded. */
const routes: Readonly<Record<RequestBody["route"], AnyRoute>> = { deploy, cancel, freeze, unfreeze };

/** An id that was in the log before anything was sent may be on a record of anybody, which the log then takes ours for. */
const taken = (id: RequestId, { seq, subject }: Stored): Failure =>
  failure(
    "too_late",
    `Nothing was sent: the log took a record with the id ${id} shortly before, at ${seq} (${subject}). See it: hd show ${id}`,
  );

/** Left: what the log has is another's. */
const stored = async (
  { log, requester }: Sending,
  { address, verb }: Asking,
  called: Called,
): Promise<Either<Failure, Called>> => {
  if (!called.duplicate) return right(called);
  const found = await log.range(called.seq, ">", 1)();
  if (isLeft(found)) return found;
  const [record] = found.right;
  const isOwn = record === undefined || record.subject === requestSubject(requester, address, verb);
  return isOwn ? right(called) : left(taken(called.id, record));
};

const send = async (sending: Sending, asking: Asking): Promise<Either<Failure, Watched>> => {
  const { log, requester, repeated, live } = sending;
  const { address, hosts, verb, body, id = newId(), ...more } = asking;
  const ears = live === undefined ? undefined : await openEars(live, responsesTo(address, hosts), id);
  const sent = await call(routes[body.route], { requester, log }, address, { ...body.input, id }, verb)();
  const called = isLeft(sent) ? sent : await stored(sending, asking, sent.right);
  if (isLeft(called)) {
    ears?.stop();
    return called;
  }
  return right({ request: { id, seq: called.right.seq, address }, verb, body, hosts, repeated, ears, ...more });
};

export const sendAll = async (
  sending: Sending,
  all: readonly Asking[],
): Promise<Either<Failure, readonly Watched[]>> => {
  const sent: Watched[] = [];
  for (const asking of all) {
    const one = await send(sending, asking);
    if (isLeft(one)) return left(withSent(one.left, sent));
    sent.push(one.right);
  }
  return right(sent);
};
