/**
 * What a machine says of itself by its links: what runs, what will boot, and as which generation. Links are read one by one
 * and never resolved by the kernel, because the store they point into may be private to the process that built there.
 */
import { readlink } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { read } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { StorePath } from "../contract/values.ts";
import type { SystemState } from "../host/engine.ts";

export interface SystemPaths {
  readonly currentSystem: string;
  readonly profile: string;
  /** The system that the machine was booted with. */
  readonly bootedSystem: string;
}

export const nixStore = "/nix/store";

/** More links behind one another than any profile has. */
const mostHops = 16;

const nextLink = async (path: string): Promise<string | undefined> => {
  try {
    return resolve(dirname(path), await readlink(path));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

/** Where a link ends in the store, as a path of Nix's store wherever that is kept; `undefined` where nothing is. */
const storePathBehind = async (link: string, store: string): Promise<StorePath | undefined> => {
  let path: string | undefined = link;
  for (let hops = 0; hops < mostHops && path !== undefined; hops += 1) {
    const found = dirname(path) === store ? read(StorePath, `${nixStore}/${basename(path)}`) : undefined;
    if (found !== undefined) return found;
    path = await nextLink(path);
  }
  if (path !== undefined) throw new Error(`${link} does not end in ${store}`);
  return undefined;
};

const generationOf = async (profile: string): Promise<number | undefined> => {
  const number = /-(\d+)-link$/.exec((await nextLink(profile)) ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
};

export const readSystem =
  (
    { currentSystem, profile }: Pick<SystemPaths, "currentSystem" | "profile">,
    store: string = nixStore,
  ): TaskEither<Failure, SystemState> =>
  async (): Promise<Either<Failure, SystemState>> => {
    try {
      return right({
        running: await storePathBehind(currentSystem, store),
        boots: await storePathBehind(profile, store),
        generation: await generationOf(profile),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return left(
        failure("internal", `What runs on this host cannot be read: ${why}. Look at the link, then try again.`),
      );
    }
  };
