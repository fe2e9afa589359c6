/** Prometheus's own judge of rules and metrics, from PATH or the distribution's package, as the nats-server is found. */
import { spawnSync } from "node:child_process";
import { findProgram } from "../../lib/server/find.ts";
import type { Program } from "../../lib/server/program.ts";

const program: Program = {
  name: "promtool",
  packageName: "prometheus",
  variable: "HD_PROMTOOL",
  oldest: "2.42",
  prefers: "own",
  needs: "itself",
  says: /^promtool, version/,
  waysOut: [],
};

export interface Judged {
  readonly code: number | null;
  readonly said: string;
}

/** Of a text, where `check metrics` takes one. */
export type Judge = (words: readonly string[], text?: string) => Judged;

/** Downloads it once for this machine. */
export const promtool = async (): Promise<Judge> => {
  const found = await findProgram(program, { env: process.env, say: (line) => console.log(`promtool · ${line}`) });
  if (found._tag === "Left") throw new Error(found.left.message);
  const { binary } = found.right;
  return (words, input = "") => {
    const { status, stdout, stderr } = spawnSync(binary, words, { input, encoding: "utf8", timeout: 60_000 });
    return { code: status, said: `${stdout}${stderr}` };
  };
};
