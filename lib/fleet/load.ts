/** Reads a fleet's folder: the file that people edit, and the public keys that the last run left. */
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Fleet, PublicKeys } from "../contract/fleet.ts";
import { faultyFile } from "./fault.ts";
import { fleetFileOf, publicKeysFileOf } from "./places.ts";
import { decodePublicKeys } from "./public-keys.ts";
import { readFleet } from "./read-fleet.ts";
import { readSmall } from "./read-small.ts";
import type { Input } from "./stopped.ts";

export interface LoadedFleet {
  /** In full. */
  readonly dir: string;
  /** What some editors begin a file with: a byte order mark, or nothing. It is no part of the text. */
  readonly mark: string;
  /** Of the fleet file. */
  readonly text: string;
  readonly fleet: Fleet;
  readonly known: PublicKeys;
  /** The files that this was read from. */
  readonly inputs: readonly Input[];
}

/** A text that is, or would be, a fleet file's. `consequence`: what a fault means, such as "Nothing was written". */
export const decodeFleet = (dir: string, text: string, consequence: string): Either<Failure, Fleet> => {
  const fleet = readFleet(text);
  return isLeft(fleet) ? left(faultyFile(fleetFileOf(dir), fleet.left, consequence)) : fleet;
};

const noFile = (dir: string): Failure =>
  failure("invalid_request", `There is no ${fleetFileOf(dir)}. Write one with: hd init ${dir}`);

/** Refuses what is wrong in the fleet file, and a list of keys that is damaged. */
export const loadFleet = async (given: string): Promise<Either<Failure, LoadedFleet>> => {
  const dir = resolve(given);
  const [path, keysPath] = [fleetFileOf(dir), publicKeysFileOf(dir)];
  const whole = await readSmall(path);
  if (isLeft(whole)) return whole;
  if (whole.right === undefined) return left(noFile(given));
  const mark = whole.right.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = whole.right.slice(mark.length);
  const fleet = decodeFleet(given, text, "Nothing was changed");
  if (isLeft(fleet)) return fleet;
  const keys = await readSmall(keysPath);
  if (isLeft(keys)) return keys;
  const known = decodePublicKeys(keysPath, keys.right);
  const inputs: readonly Input[] = [
    { path, text: whole.right },
    { path: keysPath, text: keys.right },
  ];
  return isLeft(known) ? known : right({ dir, mark, text, fleet: fleet.right, known: known.right, inputs });
};
