/**
 * `npm run faults [-- --seed N] [-- --only NAME] [-- --short] [-- --list]`: plays every fault against real processes and a
 * real server. A line for each on stderr, and one line of JSON at the end, whose last three counts are 0 or it exits with 1.
 * The engine of the hosts is the simulated one, a stand-in for Nix; git, nats-server and every process of hd are real.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Finding } from "../e2e/support/audit.ts";
import { faults } from "./faults.ts";
import { playAll } from "./suite.ts";
import type { Fault } from "./support/fault.ts";
import type { Played } from "./support/stage.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
    "at-once": { type: "string", default: "1" },
    short: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const seed = values.seed ?? `${randomInt(2 ** 31)}`;
const chosen = faults.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
const width = Math.max(...chosen.map(({ name }) => name.length));

const told = { faults: 0, requests: 0 };
const findings: Finding[] = [];

const tell = ({ name, about }: Fault, played: Played | string): void => {
  if (typeof played === "string") {
    say(`- ${name.padEnd(width)}  skipped: ${played}`);
    return;
  }
  told.faults += 1;
  told.requests += played.requests;
  findings.push(...played.findings);
  const mark = played.findings.length === 0 ? "✓" : "✗";
  const seconds = (played.elapsedMs / 1_000).toFixed(1);
  say(
    `${mark} ${name.padEnd(width)}  ${`${played.requests}`.padStart(5)} requests  ${seconds.padStart(6)} s  ${about}`,
  );
  for (const { kind, what } of played.findings) say(`    ${kind}: ${what}`);
};

const count = (kind: Finding["kind"]): number => findings.filter((one) => one.kind === kind).length;

const main = async (): Promise<void> => {
  const unknown = values.only.filter((name) => faults.every((fault) => fault.name !== name));
  if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(", ")}. \`--list\` names those there are.`);
  if (values.list) {
    for (const { name, about } of chosen) process.stdout.write(`${name.padEnd(width)}  ${about}\n`);
    return;
  }
  say(`seed ${seed}: --seed ${seed} plays the same moments again`);
  const program = [process.execPath, join(import.meta.dirname, "../../dist/hd.mjs")] as const;
  await playAll({
    faults: chosen,
    program,
    seed,
    isShort: values.short,
    atOnce: Number(values["at-once"]),
    onPlayed: tell,
  });
  const counts = { lost: count("lost"), doubled: count("doubled"), misreported: count("misreported") };
  process.stdout.write(`${JSON.stringify({ ...told, ...counts })}\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
};

await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
