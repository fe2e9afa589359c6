/** A program of the benchmarks as a bundle of its own, made with the settings of the product's, so that both load the same way. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Place } from "../place.ts";

const root = join(import.meta.dirname, "../..");

/** The built product; `npm run bench` builds it first. */
export const product = join(root, "dist/hd.mjs");

/** Bundles `bench/processes/<name>.ts`; gives the command line that starts it. */
export const bundled = async ({ dir }: Place, name: string): Promise<readonly [string, string]> => {
  const folder = join(dir, name);
  const entry = join(root, "bench/processes", `${name}.ts`);
  await promisify(execFile)(process.execPath, [join(root, "scripts/build.mjs"), entry, folder]);
  return [process.execPath, join(folder, "hd.mjs")];
};
