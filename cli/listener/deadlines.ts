/**
 * The deadlines of a deployment as options of the listener. A default gives way to what is given; only what somebody gave can
 * contradict itself, and is refused.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Deadlines } from "../../lib/contract/listener-options.ts";
import { durationArg } from "../args/duration-arg.ts";
import { defaulted, optional } from "../args/option.ts";
import type { CliEnv } from "../env.ts";
import { variable } from "./variable.ts";

const deadline = ({ env }: CliEnv, long: string, about: string, shown: string) =>
  optional(env, {
    long,
    type: durationArg(),
    about: `${about}; a bare number is seconds`,
    env: variable(long),
    shown,
  });

const seconds = ({ env }: CliEnv, long: string, about: string, shown: number) =>
  defaulted(
    env,
    {
      long,
      type: durationArg(),
      about: `${about}; a bare number is seconds`,
      env: variable(long),
      shown: String(shown),
    },
    () => right(shown * 1000),
  );

const whole = "what --timeout allows";

export const deadlineArgs = (cli: CliEnv) => ({
  timeoutMs: seconds(cli, "timeout", "deadline for a whole deployment, up to the end of its activation", 600),
  resolveMs: deadline(cli, "resolve-timeout", "deadline for asking the flake's remote", "60"),
  buildMs: deadline(cli, "build-timeout", "deadline for the build", whole),
  activateMs: deadline(cli, "activate-timeout", "deadline for the activation, and for a rollback", whole),
  verifyMs: deadline(cli, "verify-timeout", "deadline for everything that is checked after an activation", "180"),
  confirmMs: deadline(cli, "confirm-timeout", "how long a listener may take to reach the log afterwards", "60"),
  queueMs: seconds(cli, "queue-timeout", "how long a request that names no expiry may wait for this host", 3600),
});

export interface GivenDeadlines extends Partial<{ [K in keyof Deadlines]: Deadlines[K] | undefined }> {
  readonly timeoutMs: number;
}

type Limit = readonly [option: string, ms: number | undefined];

/** Left: what contradicts, as a sentence without a full stop. */
const within = ([option, ms]: Limit, [outer, outerMs]: readonly [string, number]): string | undefined =>
  ms !== undefined && ms > outerMs
    ? `--${option} (${ms / 1000} s) is longer than --${outer} (${outerMs / 1000} s), which it is a part of`
    : undefined;

/** Left: what contradicts, as a sentence without a full stop. */
export const deadlinesOf = (given: GivenDeadlines): Either<string, Deadlines> => {
  const { timeoutMs } = given;
  const verifyMs = given.verifyMs ?? Math.min(180_000, timeoutMs);
  const all: readonly [string, number] = ["timeout", timeoutMs];
  const wrong =
    within(["resolve-timeout", given.resolveMs], all) ??
    within(["build-timeout", given.buildMs], all) ??
    within(["activate-timeout", given.activateMs], all) ??
    within(["verify-timeout", given.verifyMs], all) ??
    within(["confirm-timeout", given.confirmMs], ["verify-timeout", verifyMs]);
  if (wrong !== undefined) return left(wrong);
  return right({
    resolveMs: given.resolveMs ?? Math.min(60_000, timeoutMs),
    buildMs: given.buildMs ?? timeoutMs,
    activateMs: given.activateMs ?? timeoutMs,
    verifyMs,
    confirmMs: given.confirmMs ?? Math.min(60_000, verifyMs),
  });
};
