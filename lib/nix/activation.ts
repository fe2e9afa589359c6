/**
 * How an activation ended, judged by its exit code and its output. It may fail and have switched all the same: this says
 * what went wrong, never what runs now; the job compares. That units failed is no failure here: everything else was done.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import type { Action } from "../contract/values.ts";
import type { Activated } from "../host/engine.ts";
import { firstError } from "./first-error.ts";
import { namedUnits, switchStatus } from "./switch-output.ts";
import type { Done } from "./workplace.ts";

/** Whether an action changes what will boot. */
export const setsBootDefault = (action: Action): boolean => {
  switch (action) {
    case "switch":
    case "boot":
      return true;
    case "test":
    case "dry-activate":
      return false;
  }
};

const someUnitsFailed = 4;

/** What switch-to-configuration means by its exit codes; 1 says too little to be told. */
const meanings: Readonly<Record<number, string>> = {
  2: "the activation script failed",
  3: "systemd could not read the new units",
  100: "the new system needs a reboot; deploy it with the action boot, then reboot",
  101: "the switch broke off half-way: units may be stopped and not started again",
  // systemd-run's word for a unit that a signal ended.
  255: "the switch was ended from outside: units may be stopped and not started again",
};

/** Left: it did not run to its end. */
const ranToEnd = (what: string, done: Done, timeoutMs: number): Either<Failure, Done> => {
  if (done.notStarted !== null) return left(failure("activation_failed", `${what} did not begin: ${done.notStarted}.`));
  if (!done.timedOut) return right(done);
  const limit = Math.round(timeoutMs / 1000);
  return left(failure("timeout", `${what} took longer than the ${limit} s left to it and was ended.`));
};

const failed = (what: string, done: Done, meaning: string | undefined): Either<Failure, never> => {
  const ending = done.signal === null ? `exit code ${done.code}` : done.signal;
  const units = namedUnits(done.output).join(", ");
  const error = units === "" ? firstError(done.output) : `these units failed: ${plain(units, 500)}`;
  const why = [meaning, error].filter((detail) => detail !== undefined).join("; ");
  return left(failure("activation_failed", scrub(`${what} ended with ${ending}${why === "" ? "" : `: ${why}`}.`)));
};

/** A command that only succeeds or fails. `what`: the program and its action, as a clause begins. */
export const judgeCommand = (what: string, done: Done, timeoutMs: number): Either<Failure, void> => {
  const ran = ranToEnd(what, done, timeoutMs);
  if (ran._tag === "Left") return ran;
  return done.code === 0 ? right(undefined) : failed(what, done, undefined);
};

/** A switch, whoever ran it: `switch-to-configuration` itself, systemd-run or a nixos-rebuild of either kind. */
export const judgeActivation = (what: string, done: Done, timeoutMs: number): Either<Failure, Activated> => {
  const ran = ranToEnd(what, done, timeoutMs);
  if (ran._tag === "Left") return ran;
  const status = switchStatus(done);
  if (status === 0) return right({ unitsFailed: false, named: [] });
  if (status === someUnitsFailed) return right({ unitsFailed: true, named: namedUnits(done.output) });
  return failed(what, done, status === null ? undefined : meanings[status]);
};
