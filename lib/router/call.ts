/**
 * The publisher's side of a route that is carried by the log: arguments are checked before anything is sent, and the call
 * has succeeded when the log holds the request. What the hosts make of it is read from the log afterwards.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Address, requestSubject } from "../contract/address.ts";
import { type BuildAddress, buildRequestSubject } from "../contract/build-address.ts";
import { read } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Requester } from "../contract/names.ts";
import type { AnyRoute, ArgsOf, InputOf } from "../contract/route.ts";
import { build } from "../contract/routes/build.ts";
import { RequestId, type Verb } from "../contract/values.ts";
import { newId } from "./new-id.ts";
import type { Appended, LogWriter } from "./ports.ts";

export interface Caller {
  readonly requester: Requester;
  readonly log: LogWriter;
}

export interface Called {
  readonly id: RequestId;
  /** Sequence of the request in the log; its responses follow it. */
  readonly seq: number;
  /** The log had a request with this id already; `seq` is that one's. */
  readonly duplicate: boolean;
}

const refused = (route: AnyRoute, reasons: readonly string[]): Failure => {
  const onlyRevision = reasons.every((reason) => reason.startsWith("revision: must"));
  const code = onlyRevision ? "invalid_revision" : "invalid_request";
  return failure(code, `The ${route.name} request was not sent. ${reasons.join(". ")}.`);
};

/** What a person typed, as arguments of the route. */
export const checked = <R extends AnyRoute>(route: R, args: object): Either<Failure, InputOf<R>> => {
  const result = route.input.strict(args);
  // The input codec of this very route decoded it.
  return isLeft(result) ? left(refused(route, result.left)) : right(result.right as InputOf<R>);
};

/** On the subject where the log keeps requests of this route for one address: see `call`. */
const callOn = <R extends AnyRoute>(
  route: R,
  log: LogWriter,
  subject: string,
  args: ArgsOf<R> & object,
): TaskEither<Failure, Called> => {
  // The id goes into the body, because not everyone who reads the log sees message ids.
  const input = checked(route, { id: newId(), ...args });
  if (isLeft(input)) return async () => input;
  const fields: Readonly<Record<string, unknown>> = input.right;
  const id = read(RequestId, fields["id"]);
  if (id === undefined) return async () => left(refused(route, [`id: must be ${RequestId.sentence}`]));
  const appended = log.append({ subject, body: JSON.stringify(fields), msgId: id });
  return map(({ seq, duplicate }: Appended) => ({ id, seq, duplicate }))(appended);
};

/** A retry with the same id in `args` is the same request: the log stores it once. `verb` is one of the route's. */
export const call = <R extends AnyRoute>(
  route: R,
  { requester, log }: Caller,
  address: Address,
  args: ArgsOf<R> & object,
  verb: Verb | undefined = route.verbs[0],
): TaskEither<Failure, Called> => callOn(route, log, requestSubject(requester, address, verb), args);

/** The same of builders. */
export const callBuild = (
  { requester, log }: Caller,
  address: BuildAddress,
  args: ArgsOf<typeof build> & object,
): TaskEither<Failure, Called> => callOn(build, log, buildRequestSubject(requester, address), args);
