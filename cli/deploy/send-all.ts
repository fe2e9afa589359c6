/** Appends one request for each address, one after the other: when one fails, no more is sent, and what was sent is told. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Live, LogWriter } from "../../lib/router/ports.ts";
import { openEars } from "../../streams/ears.ts";
import { responsesTo } from "../../streams/responses-to.ts";
import { givenWith, type Watched } from "../follow/watched.ts";
import type { Meant } from "./targets.ts";

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

export const sendAll = async (
  { log, requester, repeated, live }: Sending,
  meant: readonly Meant[],
  input: InputOf<typeof deploy>,
): Promise<Either<Failure, readonly Watched[]>> => {
  const { revision, action, expires_at: expiry } = input;
  const sent: Watched[] = [];
  for (const { address, hosts } of meant) {
    const id = newId();
    const ears = live === undefined ? undefined : await openEars(live, responsesTo(address, hosts), id);
    const called = await call(deploy, { requester, log }, address, { ...input, id })();
    if (isLeft(called)) {
      ears?.stop();
      return left(withSent(called.left, sent));
    }
    const expiresAtMs = expiry === undefined ? undefined : Date.parse(expiry);
    const request = { id, seq: called.right.seq, address };
    sent.push({ request, revision, action, hosts, expiresAtMs, given: givenWith(input), repeated, ears });
  }
  return right(sent);
};
