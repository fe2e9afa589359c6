/**
 * The power goes away at a random moment and takes a part of the journal with it: the file is cut off somewhere, or has bytes
 * in it that nobody wrote. Whatever is left, the request ends once.
 */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault, Stage } from "../support/fault.ts";
import { killHost } from "../support/host-tree.ts";
import { inLanes } from "../support/lanes.ts";
import { askUntilMoment } from "../support/moment.ts";
import type { Random } from "../support/random.ts";

type Damage = (file: string, random: Random) => void;

const tear: Damage = (file, random) => truncateSync(file, random.integer(0, statSync(file).size));

const corrupt: Damage = (file, random) => {
  const bytes = readFileSync(file);
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  for (let n = random.integer(1, 40); n > 0 && at + n <= bytes.length; n -= 1)
    bytes[at + n - 1] = random.integer(0, 255);
  writeFileSync(file, bytes);
};

const journalsIn = (root: string, suffixes: readonly string[]): readonly string[] => {
  const dir = join(root, "journal");
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return names.filter((name) => suffixes.some((suffix) => name.endsWith(suffix))).map((name) => join(dir, name));
};

const damaged = async (stage: Stage, suffixes: readonly string[], damage: Damage): Promise<void> => {
  const fleet = await stage.fleet();
  await inLanes(stage, async (host, random) => {
    await fleet.start(host).listening();
    const seq = await askUntilMoment(stage, fleet, host, random, { revision: random.pick(["v1", "main"]) });
    await killHost(fleet.root(host));
    for (const file of journalsIn(fleet.root(host), suffixes)) damage(file, random);
    const next = fleet.start(host);
    await stage.end(fleet, host, seq);
    await next.kill();
  });
};

export const journalTorn: Fault = {
  name: "journal-torn",
  about: "the host killed, and its journal cut off at a random byte",
  times: { full: 50, short: 3 },
  run: (stage) => damaged(stage, [".ndjson"], tear),
};

export const journalCorrupted: Fault = {
  name: "journal-corrupted",
  about: "the host killed, and random bytes written into its journal, its claim and how far it was forwarded",
  times: { full: 50, short: 3 },
  run: (stage) => damaged(stage, [".ndjson", ".run", ".cursor", ".decision"], corrupt),
};
