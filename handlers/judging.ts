/** What every request that the log carries is judged by, whatever it asks for. */
import { left, right } from "fp-ts/lib/Either.js";
import type * as TE from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { Origin } from "../lib/contract/route.ts";
import type { HostIdentity } from "../lib/contract/template.ts";

export interface JudgingEnv {
  readonly host: HostIdentity;
  /** By the clock of this host, for its records. */
  readonly now: () => number;
  /** By the clock of the log, for whatever has an end. */
  readonly logNow: () => number;
  readonly answeredBefore: (
    origin: Origin,
  ) => TE.TaskEither<Failure<"invalid_request" | "interrupted" | "unreachable">, "new" | "taken">;
  /** Resolves when the disk has which signed requests were seen: what is refused now must be known when it comes back. */
  readonly remembered: TE.TaskEither<Failure<"internal">, void>;
}

/** Nobody who is not who they say may ask for anything. */
export const vouchedFor = ({ vouched: { objection } }: Pick<Origin, "vouched">) =>
  objection === undefined ? right(undefined) : left(objection);

/** The log's clock is never behind what it has stored. */
export const timeOf = ({ logNow }: Pick<JudgingEnv, "logNow">, { atMs }: Pick<Origin, "atMs">): number =>
  Math.max(logNow(), atMs);
