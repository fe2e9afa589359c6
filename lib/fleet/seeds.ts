/**
 * Which key everyone in the fleet has. A key that is known is never made again, and a seed is never written over: whoever
 * holds it would be locked out. What does not fit together is refused, all of it at once, before anything is written.
 */
import { readdir } from "node:fs/promises";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { PublicKeys } from "../contract/fleet.ts";
import { keysFolderOf, type Name, publicKeysFileOf, seedFileOf } from "./places.ts";

export interface KeyMaker {
  readonly newKey: () => { readonly seed: string; readonly publicKey: string };
  /** Of the seed in a file, which must be a user's and private. */
  readonly publicKeyOf: (path: string) => TaskEither<Failure, string>;
}

export interface Seeds {
  /** Of everyone in the fleet and nobody else. */
  readonly publicKeys: PublicKeys;
  /** Seeds to write. */
  readonly made: ReadonlyMap<Name, { readonly seed: string; readonly publicKey: string }>;
  /** Seeds that were there already and were not known. */
  readonly adopted: readonly Name[];
  /** Whose seed will be in the folder. */
  readonly here: ReadonlySet<Name>;
}

export interface SeedsWanted {
  readonly dir: string;
  readonly names: readonly Name[];
  readonly known: PublicKeys;
  /** Who gets a new key although there is one. */
  readonly renewed?: Name | undefined;
  /** Whose seed still lies under another name. */
  readonly renamed?: { readonly from: Name; readonly to: Name } | undefined;
}

interface Found {
  readonly name: Name;
  /** `undefined`: there is no seed. */
  readonly publicKey: string | undefined;
}

/** How many files are read at a time. */
const together = 64;

const filesIn = async (dir: string): Promise<ReadonlySet<string>> =>
  new Set(await readdir(keysFolderOf(dir)).catch(() => []));

const readOne = async (keys: KeyMaker, path: string | undefined, name: Name): Promise<Either<Failure, Found>> => {
  if (path === undefined) return right({ name, publicKey: undefined });
  const read = await keys.publicKeyOf(path)();
  return isLeft(read) ? read : right({ name, publicKey: read.right });
};

const readAll = async (keys: KeyMaker, { dir, names, renamed }: SeedsWanted) => {
  const files = await filesIn(dir);
  const lies = (name: Name): Name => (name === renamed?.to ? renamed.from : name);
  const pathOf = (name: Name) => (files.has(`${lies(name)}.nk`) ? seedFileOf(dir, lies(name)) : undefined);
  const found: Either<Failure, Found>[] = [];
  for (let n = 0; n < names.length; n += together) {
    const some = names.slice(n, n + together);
    found.push(...(await Promise.all(some.map((name) => readOne(keys, pathOf(name), name)))));
  }
  return found;
};

const mismatch = ({ dir, known }: SeedsWanted, { name, publicKey }: Found): string | undefined => {
  const [newest] = known.get(name) ?? [];
  if (newest === undefined || publicKey === undefined || newest === publicKey) return undefined;
  const [file, list] = [seedFileOf(dir, name), publicKeysFileOf(dir)];
  const remedy = `Put the right seed back, or take ${name} out of ${list} to trust the seed that is there`;
  return `${file} is not the key of ${name}: it is that of ${publicKey}, and ${list} has ${newest}. ${remedy}.`;
};

const shared = (publicKeys: PublicKeys): readonly string[] => {
  const owners = new Map<string, Name>();
  const faults: string[] = [];
  for (const [name, keys] of publicKeys) {
    for (const key of keys) {
      const other = owners.get(key);
      if (other !== undefined)
        faults.push(`${other} and ${name} have the same key, ${key}. Each needs one of its own.`);
      owners.set(key, name);
    }
  }
  return faults;
};

type Kept = readonly [string, ...string[]];

const settle = (keys: KeyMaker, { known, renewed }: SeedsWanted, all: readonly Found[]): Seeds => {
  const made = new Map<Name, { seed: string; publicKey: string }>();
  const publicKeys = new Map<Name, Kept>();
  for (const { name, publicKey } of all) {
    const had = known.get(name) ?? (publicKey === undefined ? [] : [publicKey]);
    const [first, ...more] = had;
    if (first !== undefined && name !== renewed) {
      publicKeys.set(name, [first, ...more]);
      continue;
    }
    const key = keys.newKey();
    made.set(name, key);
    publicKeys.set(name, [key.publicKey, ...had]);
  }
  const present = all.filter(({ publicKey }) => publicKey !== undefined).map(({ name }) => name);
  const adopted = present.filter((name) => !known.has(name));
  return { publicKeys, made, adopted, here: new Set([...present, ...made.keys()]) };
};

export const settleSeeds = async (keys: KeyMaker, wanted: SeedsWanted): Promise<Either<Failure, Seeds>> => {
  const read = await readAll(keys, wanted);
  const unusable = read.flatMap((one) => (isLeft(one) ? [one.left.message] : []));
  const found = read.flatMap((one) => (isLeft(one) ? [] : [one.right]));
  const wrong = [...unusable, ...found.flatMap((one) => mismatch(wanted, one) ?? [])];
  if (wrong.length > 0) return left(failure("unusable_key", ["Nothing was written.", ...wrong].join("\n")));
  const seeds = settle(keys, wanted, found);
  const same = shared(seeds.publicKeys);
  return same.length > 0 ? left(failure("unusable_key", ["Nothing was written.", ...same].join("\n"))) : right(seeds);
};
