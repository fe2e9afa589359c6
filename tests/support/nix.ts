/**
 * Nix for the tests: the machine's, or that of the distribution's package, unpacked into the cache with the libraries that it
 * needs. Where there is none, whoever needs it says so in a line `skip: …`.
 */
import { dirname } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { findProgram } from "../../lib/server/find.ts";
import type { Program } from "../../lib/server/program.ts";

const program: Program = {
  name: "nix",
  packageName: "nix-bin",
  variable: "HD_NIX",
  oldest: "2.8",
  prefers: "own",
  needs: "libraries",
  says: /^nix \(/,
  waysOut: [],
};

/** The folder with `nix` and its other names, as `nix-instantiate`; or why there is none. */
export const nixFolder = async (): Promise<Either<string, string>> => {
  const found = await findProgram(program, { env: process.env, say: (line) => console.log(`nix · ${line}`) });
  return found._tag === "Right" ? right(dirname(found.right.binary)) : left(found.left.message);
};
