/**
 * `hd init` for a fleet of a thousand hosts, as a whole process: a thousand and two keys are made and everything is written.
 * Nothing bare does the same, so the limit is a constant: five seconds, what a person waits without asking whether it hangs.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../alternate.ts";
import type { Row } from "../row.ts";
import { product } from "../support/bundled.ts";
import { processTime } from "../support/process-time.ts";

const limitSeconds = 5;
const rounds = 3;

const host = (_: unknown, n: number): string =>
  `\n[hosts.web${n}]\ntier = "${n % 2 === 0 ? "prod" : "test"}"\nroles = ["web", "rack${n % 10}"]\n`;

const fleetFile = `[server]
urls = ["nats://127.0.0.1:4222"]

[tiers.prod]
[tiers.test]
${Array.from({ length: 1_000 }, host).join("")}
[people.alice]
role = "admin"
`;

const seconds = async (dir: string): Promise<number> => {
  await mkdir(dir);
  await writeFile(join(dir, "hd.toml"), fleetFile);
  return (await processTime([process.execPath, product, "init", dir, "--context-dir", join(dir, "contexts")])) / 1_000;
};

export const init1000Hosts: Row = {
  name: "init-1000-hosts",
  unit: "s",
  bar: 1,
  direction: "at most",
  measure: async ({ dir }) => {
    const all: number[] = [];
    for (let round = 0; round < rounds; round++) all.push(await seconds(join(dir, `fleet${round}`)));
    return { ours: median(all), limit: limitSeconds };
  },
};
