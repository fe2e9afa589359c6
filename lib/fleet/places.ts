/** Where the parts of a fleet's folder are. The folder is named in full wherever a path of it is written into another file. */
import { join } from "node:path";
import type { HostName, Requester } from "../contract/names.ts";

export type Name = HostName | Requester;

export const fleetFileOf = (dir: string): string => join(dir, "hd.toml");
export const publicKeysFileOf = (dir: string): string => join(dir, "public-keys.json");
export const keysFolderOf = (dir: string): string => join(dir, "keys");
export const seedFileOf = (dir: string, name: Name): string => join(keysFolderOf(dir), `${name}.nk`);
/** While a key is rotated, what whoever has not got the new one still signs in with. */
export const oldSeedFileOf = (dir: string, name: Name): string => join(keysFolderOf(dir), `${name}.old.nk`);
