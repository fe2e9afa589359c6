/**
 * `public-keys.json`: each name of the fleet with the public keys that are trusted, the newest first. With it a seed can be
 * moved to its host and deleted here; without it, the next run would make a new key and lock the host out.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { PublicKeys } from "../contract/fleet.ts";
import type { Name } from "./places.ts";

type Keys = readonly [string, ...string[]];

const isKey = (value: unknown): value is string => typeof value === "string" && /^U[A-Z2-7]{55}$/.test(value);

const keysOf = (value: unknown): Keys | undefined => {
  if (!Array.isArray(value) || !value.every(isKey)) return undefined;
  const [first, ...more] = value;
  return first === undefined || more.length > 1 ? undefined : [first, ...more];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const remedy = "Take the file from a backup or from version control, or correct it by hand";

/** `undefined`: there is no such file, and nobody has a key. */
export const decodePublicKeys = (path: string, text: string | undefined): Either<Failure, PublicKeys> => {
  if (text === undefined) return right(new Map());
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return left(failure("invalid_request", `${path} is not a JSON object of names and public keys. ${remedy}.`));
  }
  const entries = Object.entries(value).map(([name, keys]) => [name as Name, keysOf(keys)] as const);
  const wrong = entries.find(([, keys]) => keys === undefined);
  if (wrong === undefined) return right(new Map(entries.flatMap(([name, keys]) => (keys ? [[name, keys]] : []))));
  const rule = "must be a list of one or two public keys of users (56 characters that begin with U)";
  return left(failure("invalid_request", `${path}: ${JSON.stringify(wrong[0])} ${rule}. ${remedy}.`));
};

/** A line for each name, so that a change is a line in a diff. */
export const publicKeysText = (keys: PublicKeys): string => {
  const lines = [...keys].map(([name, list]) => `  ${JSON.stringify(name)}: ${JSON.stringify(list)}`);
  return lines.length === 0 ? "{}\n" : `{\n${lines.join(",\n")}\n}\n`;
};
