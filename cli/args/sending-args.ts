/** How a deployment is sent and watched, for every command that sends one: what they all take, and where it makes no sense together. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { isBlank } from "../../lib/contract/values.ts";
import type { CliEnv } from "../env.ts";
import { durationArg } from "./duration-arg.ts";
import { flag } from "./flag.ts";
import { optional } from "./option.ts";
import { type OutputForm, outputArg } from "./output-arg.ts";
import { timeoutArg } from "./timeout-arg.ts";

export interface Sending {
  /** In spite of a freeze. */
  readonly overrideFreeze: boolean;
  /** Nothing is sent where a host is away. */
  readonly noQueue: boolean;
  readonly expiresMs: number;
  readonly timeoutMs: number;
  readonly detach: boolean;
  readonly form: OutputForm;
}

interface Given extends Omit<Sending, "expiresMs"> {
  readonly expiresMs: number | undefined;
  readonly reason: string | undefined;
}

const usualExpiryMs = 60 * 60_000;
/** Without a queue: long enough for a host that is there, too short for one that leaves and comes back. */
const noQueueExpiryMs = 30_000;

export const sendingArgs = ({ env }: CliEnv) => ({
  overrideFreeze: flag(env, { long: "override-freeze", about: "deploy in spite of a freeze, with --reason" }),
  expiresMs: optional(env, {
    long: "expires",
    type: durationArg(),
    about: "how long the request may wait in the log; a host that reads it later rejects it",
    shown: "1h",
  }),
  noQueue: flag(env, { long: "no-queue", about: "send nothing if a host is away; what is sent expires after 30s" }),
  timeoutMs: timeoutArg(env),
  detach: flag(env, { long: "detach", about: "do not watch; print the request's id" }),
  form: outputArg(env),
});

const wrong = (message: string) => left(failure("invalid_request", message));

const expiryOf = ({ expiresMs, noQueue }: Given): Either<Failure, number> => {
  if (!noQueue) return right(expiresMs ?? usualExpiryMs);
  if (expiresMs === undefined) return right(noQueueExpiryMs);
  return wrong("--no-queue and --expires contradict each other: without a queue nothing waits. Give one of them.");
};

/** What was given, where it makes sense together. */
export const sendingOf = <G extends Given>(given: G): Either<Failure, Omit<G, "expiresMs"> & Sending> => {
  const expiresMs = expiryOf(given);
  if (isLeft(expiresMs)) return expiresMs;
  if (given.overrideFreeze && isBlank(given.reason))
    return wrong("--override-freeze needs --reason: why this cannot wait, for everybody who reads the history.");
  return right({ ...given, expiresMs: expiresMs.right });
};
