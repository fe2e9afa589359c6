/** Reads the rules for alerts: from a file of their own, or from the fleet file of a folder. Nothing of any other file is read. */
import { stat } from "node:fs/promises";
import { type Either, isLeft, left, mapLeft, right } from "fp-ts/lib/Either.js";
import type { AlertRules } from "../contract/alert-rules.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { faultyFile } from "./fault.ts";
import { fleetFileOf } from "./places.ts";
import { readFleet } from "./read-fleet.ts";
import { readRules } from "./read-rules.ts";
import { readSmall } from "./read-small.ts";

export interface LoadedRules {
  readonly rules: AlertRules;
  /** The file that they stand in, as it was named. */
  readonly file: string;
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

const alertsOf = (text: string) => {
  const fleet = readFleet(text);
  return isLeft(fleet) ? fleet : right(fleet.right.alerts);
};

const noFile = (file: string): Failure =>
  failure(
    "invalid_request",
    `There is no ${file}. It is a file with [sinks.<name>] and [rules.<name>]: see docs/alerts.md.`,
  );

/** `given`: a file of rules, or the folder of a fleet. */
export const loadRules = async (given: string): Promise<Either<Failure, LoadedRules>> => {
  const ofFleet = await isFolder(given);
  const file = ofFleet ? fleetFileOf(given) : given;
  const whole = await readSmall(file);
  if (isLeft(whole)) return whole;
  if (whole.right === undefined) return left(noFile(file));
  const text = whole.right.replace(/^\uFEFF/, "");
  const read = ofFleet ? alertsOf(text) : readRules(text);
  if (isLeft(read))
    return mapLeft((faults: typeof read.left) => faultyFile(file, faults, "The rules cannot be used"))(read);
  return right({ rules: read.right, file });
};
