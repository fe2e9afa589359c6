/** Appends one request for each address, one after the other: when one fails, no more is sent, and what was sent is told. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { call } from "../../lib/router/call.ts";
import type { LogWriter } from "../../lib/router/ports.ts";
import type { Watched } from "../follow/watched.ts";
import type { Meant } from "./targets.ts";

const withSent = ({ code, message }: Failure, sent: readonly Watched[]): Failure => {
  if (sent.length === 0) return failure(code, message);
  const commands = sent.map(({ request }) => `hd watch ${request.id}`).join(", ");
  return failure(code, `${message} Requests that were sent before it go on; return to them with: ${commands}`);
};

export const sendAll = async (
  log: LogWriter,
  requester: Requester,
  meant: readonly Meant[],
  input: InputOf<typeof deploy>,
): Promise<Either<Failure, readonly Watched[]>> => {
  const { revision, action, expires_at: expiry } = input;
  const sent: Watched[] = [];
  for (const { address, hosts } of meant) {
    const called = await call(deploy, { requester, log }, address, input)();
    if (isLeft(called)) return left(withSent(called.left, sent));
    const { id, seq } = called.right;
    const expiresAtMs = expiry === undefined ? undefined : Date.parse(expiry);
    sent.push({ request: { id, seq, address }, revision, action, hosts, expiresAtMs });
  }
  return right(sent);
};
