/** Which programs a machine has: found as a shell finds them, and not started. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "./git.ts";

const isThere = async (dirs: readonly string[], program: string): Promise<boolean> => {
  for (const dir of dirs) {
    const found = await access(join(dir, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
};

/** Those of the programs that no folder of PATH has. */
export const notOnPath = async (programs: readonly string[], env: Environment): Promise<readonly string[]> => {
  const dirs = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const there = await Promise.all(programs.map((program) => isThere(dirs, program)));
  return programs.filter((_, n) => there[n] === false);
};
