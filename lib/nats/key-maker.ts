/** The keys of a fleet's identities: new ones, and the public half of those that are there. A seed leaves it only to be written. */
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import { newKey } from "./new-key.ts";
import { type SeedFile, seedFile } from "./seed-file.ts";

export const keyMaker = {
  newKey,
  publicKeyOf: (path: string): TaskEither<Failure, string> =>
    map(({ publicKey }: SeedFile) => publicKey)(seedFile(path)),
};
