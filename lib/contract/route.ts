/**
 * A route: one value that says what a subject pattern takes, returns, and how it may fail. The listener, the typed call,
 * the CLI's options, the docs and the permission lists are all read off it; none of them may hold knowledge of its own.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Address } from "./address.ts";
import type { CommonCode, Failure, FailureCode } from "./failure.ts";
import type { Requester } from "./names.ts";
import { type Args, type Decoded, type Fields, type Struct, struct } from "./struct.ts";
import type { Proof, RequestId, Verb } from "./values.ts";

/** `destructive`: changes what a host runs. `read`: changes nothing. */
export type Effect = "read" | "destructive";

/** `log`: appended to the log and answered by records. `live`: a core message, answered by core messages. */
export type Carrier = "log" | "live";

export interface Route<
  Name extends string = string,
  I extends Fields = Fields,
  O extends Fields = Fields,
  F extends FailureCode = FailureCode,
> {
  readonly name: Name;
  /** One imperative sentence, no full stop. */
  readonly summary: string;
  /** Subject templates that a request is addressed to. */
  readonly address: readonly [string, ...string[]];
  /** What stands behind the address; `undefined`: nothing. */
  readonly verbs: readonly (Verb | undefined)[];
  readonly carrier: Carrier;
  readonly effect: Effect;
  readonly input: Struct<I>;
  readonly output: Struct<O>;
  /** The codes this route's handler may end in; `CommonCode` needs no declaration. */
  readonly failures: readonly F[];
}

interface Declaration<Name extends string, I extends Fields, O extends Fields, F extends FailureCode>
  extends Omit<Route<Name, I, O, F>, "input"> {
  readonly input: I;
}

export const route = <
  const Name extends string,
  const I extends Fields,
  const O extends Fields,
  const F extends FailureCode,
>(
  declaration: Declaration<Name, I, O, F>,
): Route<Name, I, O, F> => ({ ...declaration, input: struct(`${declaration.name} request`, declaration.input) });

/** Any route at all. */
export type AnyRoute = Route;

export type InputOf<R> = R extends Route<string, infer I, Fields, FailureCode> ? Decoded<I> : never;
export type ArgsOf<R> = R extends Route<string, infer I, Fields, FailureCode> ? Args<I> : never;
export type OutputOf<R> = R extends Route<string, Fields, infer O, FailureCode> ? Decoded<O> : never;
export type FailureOf<R> = R extends Route<string, Fields, Fields, infer F> ? Failure<F | CommonCode> : never;

/** What a host found about who asked. */
export interface Vouched {
  readonly proof: Proof;
  /** Why the request must not be served, whoever asked; `undefined`: nothing speaks against it. */
  readonly objection: Failure<"unauthorized" | "internal"> | undefined;
  /** This very request was met before, and answered or left behind by an earlier process: it must not be taken for new. */
  readonly seenBefore?: boolean;
  /** To be called when the log has the answer. */
  readonly answered?: () => void;
}

/** Where a request comes from: all of it read from the log or the subject, none from the body. */
export interface Origin {
  readonly id: RequestId;
  /** Sequence of the request in the log; 0 for a live request. */
  readonly seq: number;
  readonly requester: Requester;
  readonly address: Address;
  /** What stood behind the address. */
  readonly verb: Verb | undefined;
  /** Id of a newer request that this host took while this one waited. */
  readonly newer: RequestId | undefined;
  /** When the log stored it (live: when it arrived), in milliseconds since the epoch. */
  readonly atMs: number;
  /** Whether the log delivered it to this host before, with no acknowledgement since. */
  readonly redelivered: boolean;
  readonly vouched: Vouched;
}

export interface Request<R extends AnyRoute> extends Origin {
  readonly input: InputOf<R>;
}

/**
 * What a handler decided: the one answer, and the steps that may follow, which the router takes in this order. A handler
 * decides and does nothing else, so that a decision that comes too late can be dropped without a trace.
 */
export interface Verdict<O> {
  readonly answer: O;
  /**
   * Called before the answer is recorded: does what the answer tells of. It may be done again, because the answer may not be
   * recorded and the request come once more. What it refuses is refused.
   */
  readonly effect?: TaskEither<Failure, void>;
  /** Called before the answer is recorded: whether what the answer promises can be kept. What it refuses is refused. */
  readonly check?: TaskEither<Failure, void>;
  /** Called when the log holds the answer: writes down what has to outlive this process and a power loss. */
  readonly secure?: TaskEither<Failure, void>;
  /** Called when the request is settled. */
  readonly begin?: () => Promise<void>;
  /**
   * Called when the answer came too late or could not be recorded: undoes `secure` and whatever the decision reserved. It
   * reports itself what it cannot undo, because by then nobody waits for the answer.
   */
  readonly abandon?: () => Promise<void>;
}

/** The handler's word that this very request was taken before: there is nothing to answer and nothing to do. */
export const alreadyTaken = "already taken";

export type Handler<R extends AnyRoute, Env> = (
  request: Request<R>,
  env: Env,
) => TaskEither<FailureOf<R>, Verdict<OutputOf<R>> | typeof alreadyTaken>;

/** One handler for each route; a route without one does not compile. */
export type HandlersFor<Routes extends readonly AnyRoute[], Env> = {
  readonly [R in Routes[number] as R["name"]]: Handler<R, Env>;
};
