/** Appends requests one after the other: when one fails, no more is sent, and what was sent is told. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { AnyRoute } from "../../lib/contract/route.ts";
import { cancel } from "../../lib/contract/routes/cancel.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { freeze } from "../../lib/contract/routes/freeze.ts";
import { unfreeze } from "../../lib/contract/routes/unfreeze.ts";
import type { Verb } from "../../lib/contract/values.ts";
import { call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Live, LogWriter } from "../../lib/router/ports.ts";
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
}

const withSent = ({ code, message }: Failure, sent: readonly Watched[]): Failure => {
  if (sent.length === 0) return failure(code, message);
  const commands = sent.map(({ request, repeated }) => `hd watch ${request.id}${repeated}`).join(", ");
  return failure(code, `${message} Requests that were sent before it go on; return to them with: ${commands}`);
};

export interface Sending {
  readonly log: LogWriter;
  readonly requester: Requester;
  /** The options of the connection, for commands that are printed. */
  readonly repeated: string;
  /** Is listened to from before each request is sent; nobody, when nobody is going to watch. */
  readonly live: Pick<Live, "subscribe"> | undefined;
}

/** The body is one that the route itself decoded. */
const routes: Readonly<Record<RequestBody["route"], AnyRoute>> = { deploy, cancel, freeze, unfreeze };

const send = async (
  { log, requester, repeated, live }: Sending,
  { address, hosts, verb, body, ...more }: Asking,
): Promise<Either<Failure, Watched>> => {
  const id = newId();
  const ears = live === undefined ? undefined : await openEars(live, responsesTo(address, hosts), id);
  const called = await call(routes[body.route], { requester, log }, address, { ...body.input, id }, verb)();
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
