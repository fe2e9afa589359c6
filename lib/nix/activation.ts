/**
 * How an activation ended, judged by its exit code and its output. It may fail and have switched all the same: this says
 * what went wrong, never what runs now; the job compares.
 */
import { stripVTControlCharacters } from "node:util";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import type { Action } from "../contract/values.ts";
import { firstError } from "./first-error.ts";
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

/** What switch-to-configuration means by its exit codes; 1 says too little to be told. */
const meanings: Readonly<Record<number, string>> = {
  2: "the activation script failed",
  3: "systemd could not read the new units",
  4: "some units failed",
  100: "the new system needs a reboot",
  101: "the switch broke off half-way: units may be stopped and not started again",
};

const failedUnits = /the following units failed: (.+)/;

const details = ({ output, code }: Done): readonly string[] => {
  const units = failedUnits.exec(stripVTControlCharacters(output))?.[1]?.trim();
  const meaning = code === null ? undefined : meanings[code];
  const error = units === undefined ? firstError(output) : `these units failed: ${plain(units, 500)}`;
  return [meaning, error].filter((detail) => detail !== undefined);
};

/** `what`: the program and its action, as a clause begins. */
export const judgeActivation = (what: string, done: Done, timeoutMs: number): Either<Failure, void> => {
  if (done.notStarted !== null) return left(failure("activation_failed", `${what} did not begin: ${done.notStarted}.`));
  if (done.timedOut) {
    const limit = Math.round(timeoutMs / 1000);
    return left(failure("timeout", `${what} took longer than the ${limit} s left to it and was ended.`));
  }
  if (done.code === 0) return right(undefined);
  const ending = done.signal === null ? `exit code ${done.code}` : done.signal;
  const why = details(done);
  return left(
    failure(
      "activation_failed",
      scrub(`${what} ended with ${ending}${why.length === 0 ? "" : `: ${why.join("; ")}`}.`),
    ),
  );
};
