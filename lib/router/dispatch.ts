/**
 * From a message to a decision, for one route. Total: whatever a message holds and whatever its handler does (fails,
 * throws, rejects late, never settles, answers nonsense), it ends in exactly one decision. A verdict that comes after the
 * deadline is abandoned, never acted on, because the message has been answered by then.
 */
import { type Either, isLeft, isRight, left, right } from "fp-ts/lib/Either.js";
import type { Address } from "../contract/address.ts";
import { causeOf } from "../contract/cause-of.ts";
import { read } from "../contract/codec.ts";
import { type Failure, failure, isFailureCode } from "../contract/failure.ts";
import type { Requester } from "../contract/names.ts";
import {
  type AnyRoute,
  alreadyTaken,
  type Handler,
  type InputOf,
  type Origin,
  type OutputOf,
  type Verdict,
  type Vouched,
} from "../contract/route.ts";
import { RequestId, type Verb } from "../contract/values.ts";
import { implicitId } from "./implicit-id.ts";

/** A message that is addressed to a route: all but the body is vouched for by NATS. */
export interface Incoming {
  readonly requester: Requester;
  readonly address: Address;
  readonly verb: Verb | undefined;
  readonly newer: RequestId | undefined;
  readonly seq: number;
  readonly atMs: number;
  readonly redelivered: boolean;
  readonly vouched: Vouched;
  readonly body: string;
}

/** `fields` is what could be read of the request, for the record of its refusal. */
export type Decision<O> =
  | {
      readonly kind: "verdict";
      readonly origin: Origin;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly verdict: Verdict<O>;
    }
  | {
      readonly kind: "refusal";
      readonly origin: Origin;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly failure: Failure;
    }
  | { readonly kind: "already taken"; readonly origin: Origin };

export type Dispatch<O> = (incoming: Incoming) => Promise<Decision<O>>;

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parse = (body: string, { name }: AnyRoute): Either<Failure, Fields> => {
  const wanted = name === "deploy" ? "send an object with at least a revision" : `send a ${name} request, an object`;
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return right(value);
    return left(failure("invalid_request", `The body is JSON but not an object; ${wanted}.`));
  } catch {
    return left(failure("invalid_request", `The body is not JSON; ${wanted}.`));
  }
};

const refused = (reasons: readonly string[]): Failure => {
  const onlyRevision = reasons.every((reason) => reason.startsWith("revision: must"));
  return failure(
    onlyRevision ? "invalid_revision" : "invalid_request",
    `The request is refused. ${reasons.join(". ")}.`,
  );
};

const defect = (what: string): Failure => failure("internal", `${what}. Nothing was done; please report this.`);

type Settled<O> = Either<Failure, Verdict<O> | typeof alreadyTaken>;

const isFailure = (value: unknown): value is Failure =>
  isRecord(value) &&
  typeof value["code"] === "string" &&
  isFailureCode(value["code"]) &&
  typeof value["message"] === "string";

/** The compiler proves this of every handler it sees; a cast or a dependency can still lie. */
const isSettled = <O>(value: unknown): value is Settled<O> => {
  if (!isRecord(value)) return false;
  if (value["_tag"] === "Left") return isFailure(value["left"]);
  return value["_tag"] === "Right" && (value["right"] === alreadyTaken || isRecord(value["right"]));
};

/** The handler's result; a throw, a rejection or nonsense is a defect of ours, not of the request. */
const settle = async <O>(run: () => Promise<Settled<O>>): Promise<Settled<O>> => {
  try {
    const settled: unknown = await run();
    return isSettled<O>(settled) ? settled : left(defect("The handler gave neither a verdict nor a failure"));
  } catch (thrown) {
    return left(defect(`The handler broke: ${causeOf(thrown)}`));
  }
};

/** What went wrong, as the end of a sentence; nothing if nothing did. */
const abandon = async <O>(verdict: Verdict<O>): Promise<string> => {
  try {
    await verdict.abandon?.();
    return "";
  } catch (thrown) {
    return `; it could not be undone: ${causeOf(thrown)}`;
  }
};

/** The message has been answered, so nobody is left to tell: whoever reserves something reports what it cannot free. */
const abandonLate = async <O>(late: Promise<Settled<O>>): Promise<void> => {
  const result = await late;
  if (isRight(result) && result.right !== alreadyTaken) await abandon(result.right);
};

const withinDeadline = async <O>(work: Promise<Settled<O>>, deadlineMs: number): Promise<Settled<O>> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, deadlineMs, "late");
  });
  const first = await Promise.race([work, deadline]);
  clearTimeout(timer);
  if (first !== "late") return first;
  void abandonLate(work);
  return left(
    failure("timeout", `The host did not decide within ${deadlineMs} ms. Nothing was done; send the request again.`),
  );
};

/** Nothing that the output codec would refuse is recorded. */
const checked = async <O>(route: AnyRoute, result: Settled<O>): Promise<Settled<O>> => {
  if (isLeft(result) || result.right === alreadyTaken) return result;
  const output = route.output.strict(result.right.answer);
  if (isRight(output)) return result;
  const undone = await abandon(result.right);
  return left(defect(`The handler's answer does not fit the contract: ${output.left.join(". ")}${undone}`));
};

/** A request of the original protocol has no id, and one that does not fit is none. */
const originOf = (fields: Fields, { body: _, ...incoming }: Incoming): Origin => ({
  id: read(RequestId, fields["id"]) ?? implicitId(incoming.seq, incoming.atMs),
  ...incoming,
});

/** Binds a route, its handler and what the handler may touch. `deadlineMs` is for the decision, not for the work. */
export const dispatch =
  <R extends AnyRoute, Env>(route: R, handler: Handler<R, Env>, env: Env, deadlineMs = 10_000): Dispatch<OutputOf<R>> =>
  async (incoming) => {
    const parsed = parse(incoming.body, route);
    const fields: Fields = isLeft(parsed) ? {} : parsed.right;
    const origin = originOf(fields, incoming);
    if (isLeft(parsed)) return { kind: "refusal", origin, fields, failure: parsed.left };
    const input = route.input.lenient(fields);
    if (isLeft(input)) return { kind: "refusal", origin, fields, failure: refused(input.left) };
    // The input codec of this very route decoded it.
    const request = { ...origin, input: input.right as InputOf<R> };
    const work = settle<OutputOf<R>>(() => handler(request, env)());
    const result = await checked(route, await withinDeadline(work, deadlineMs));
    if (isLeft(result)) return { kind: "refusal", origin, fields, failure: result.left };
    if (result.right === alreadyTaken) return { kind: "already taken", origin };
    return { kind: "verdict", origin, fields, verdict: result.right };
  };
