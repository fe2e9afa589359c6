/** Reads a fleet's folder: the file that people edit, and the public keys that the last run left. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Fleet, PublicKeys } from "../contract/fleet.ts";
import { isMissing, notDone } from "./errno.ts";
import { faultyFile } from "./fault.ts";
import { fleetFileOf, publicKeysFileOf } from "./places.ts";
import { readPublicKeys } from "./public-keys.ts";
import { readFleet } from "./read-fleet.ts";

export interface LoadedFleet {
  /** In full. */
  readonly dir: string;
  /** Of the fleet file. */
  readonly text: string;
  readonly fleet: Fleet;
  readonly known: PublicKeys;
}

/** A fleet file is written by hand; a larger one is something else. */
const mostBytes = 16 * 1024 ** 2;

/** `undefined`: there is none. */
export const readFleetText = async (dir: string): Promise<Either<Failure, string | undefined>> => {
  const path = fleetFileOf(dir);
  try {
    const bytes = await readFile(path);
    if (bytes.length > mostBytes) return left(failure("invalid_request", `${path} is no fleet file: it is too large.`));
    return right(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (thrown) {
    if (thrown instanceof TypeError) return left(failure("invalid_request", `${path} is not text in UTF-8.`));
    return isMissing(thrown) ? right(undefined) : left(notDone("read", path, thrown));
  }
};

/** A text that is, or would be, a fleet file's. `consequence`: what a fault means, such as "Nothing was written". */
export const decodeFleet = (dir: string, text: string, consequence: string): Either<Failure, Fleet> => {
  const fleet = readFleet(text);
  return isLeft(fleet) ? left(faultyFile(fleetFileOf(dir), fleet.left, consequence)) : fleet;
};

const noFile = (dir: string): Failure =>
  failure("invalid_request", `There is no ${fleetFileOf(dir)}. Write one with: hd init ${dir}`);

export const loadFleet = async (given: string): Promise<Either<Failure, LoadedFleet>> => {
  const dir = resolve(given);
  const text = await readFleetText(dir);
  if (isLeft(text)) return text;
  if (text.right === undefined) return left(noFile(given));
  const fleet = decodeFleet(given, text.right, "Nothing was changed");
  if (isLeft(fleet)) return fleet;
  const known = await readPublicKeys(publicKeysFileOf(dir));
  return isLeft(known) ? known : right({ dir, text: text.right, fleet: fleet.right, known: known.right });
};
