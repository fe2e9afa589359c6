/** From the id of a request to the cancel that ends it; what cannot be cancelled is refused before anything is sent. */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { cancel as route } from "../../lib/contract/routes/cancel.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { advance, expecting, type HostStates } from "../../streams/progress.ts";
import type { RequestRecord } from "../../streams/records.ts";
import { hostsAt } from "../../streams/roster.ts";
import { type SeekLog, seekRequest } from "../../streams/seek-request.ts";
import { type Shown, shownOf } from "../../streams/show.ts";
import { names } from "../print/names.ts";
import { notDeployment } from "../work/not-deployment.ts";
import { notFound } from "../work/not-found.ts";
import type { Asking } from "../work/send-all.ts";

export interface CancelContext {
  readonly log: SeekLog;
  readonly enrolled: readonly Enrolled[];
  /** The options of the connection, for commands that are printed. */
  readonly repeated: string;
  readonly reason: string | undefined;
}

const statesOf = (hosts: readonly Enrolled[], { responses }: Shown): HostStates =>
  responses.reduce(advance, expecting(hosts));

/** `undefined`: somebody may still be at it, or has it before him. */
const nothingLeft = ({ id, address }: RequestRecord, states: HostStates, repeated: string): Failure | undefined => {
  const see = `See what came of it: hd show ${id}${repeated}, and the newest requests: hd history${repeated}`;
  if (states.size === 0)
    return failure("unknown_target", `No host serves ${shortAddress(address)} any more, so nothing was sent. ${see}`);
  const ended = [...states].flatMap(([host, state]) =>
    state.kind === "ended" ? [`${host} ${state.record.status}`] : [],
  );
  if (ended.length < states.size) return undefined;
  return failure("too_late", `Request ${id} has ended on all its hosts (${names(ended)}), so nothing was sent. ${see}`);
};

const cancelOf = (shown: Shown, hosts: readonly Enrolled[], reason: string | undefined): Either<Failure, Asking> => {
  const { id, address } = shown.request;
  const input = checked(route, { request: id, ...(reason === undefined ? {} : { reason }) });
  return map(
    (args: typeof input extends Either<Failure, infer I> ? I : never): Asking => ({
      ...{ address, hosts, verb: "cancel", cancelled: shown },
      body: { route: "cancel", input: args },
    }),
  )(input);
};

const askedCancel = async (
  { log, enrolled, repeated, reason }: CancelContext,
  id: RequestId,
): Promise<Either<Failure, Asking>> => {
  const sought = await seekRequest(log, id)();
  if (isLeft(sought)) return sought;
  const { request } = sought.right;
  if (request === undefined) return left(notFound(id, repeated, sought.right));
  const shown = await shownOf(log, enrolled, request)();
  if (isLeft(shown)) return shown;
  const hosts = hostsAt(enrolled, request.address);
  const refused = notDeployment(request, repeated) ?? nothingLeft(request, statesOf(hosts, shown.right), repeated);
  return refused === undefined ? cancelOf(shown.right, hosts, reason) : left(refused);
};

/** Each id once; the first that cannot be cancelled stops all. */
export const askedCancels = async (
  context: CancelContext,
  ids: readonly RequestId[],
): Promise<Either<Failure, readonly Asking[]>> => {
  const asked: Asking[] = [];
  for (const id of new Set(ids)) {
    const one = await askedCancel(context, id);
    if (isLeft(one)) return one;
    asked.push(one.right);
  }
  return right(asked);
};
