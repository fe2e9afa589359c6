/**
 * How soon a restarted listener tells of a job that went on without it: from its start to the first record that it carries to
 * the log. The limit is a constant of one second.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import type { Revision } from "../../lib/contract/values.ts";
import { call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { median } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { startLogServer } from "../support/log-server.ts";
import { address, alice, host } from "../support/names.ts";
import { gateFile, makePlayground, playgroundListener } from "../support/playground.ts";

const limitMs = 1_000;
const rounds = 7;

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Resolves when a journal says this. */
const journalSays = async (dir: string, words: string): Promise<void> => {
  for (;;) {
    const names = (await readdir(dir)).filter((name) => name.endsWith(".ndjson"));
    const texts = await Promise.all(names.map((name) => readFile(join(dir, name), "utf8").catch(() => "")));
    if (texts.some((text) => text.includes(words))) return;
    await soon();
  }
};

/** Resolves at the next record of the host that has this phase. */
const heard = async (bus: Bus, words: string): Promise<{ readonly record: Promise<number> }> => {
  let tell: (atMs: number) => void = () => {};
  const record = new Promise<number>((resolve) => {
    tell = resolve;
  });
  const stop = await bus.live.subscribe(`hd.res.${host.tier}.${host.hostname}.*`, ({ body }) => {
    if (body.includes(words)) tell(performance.now());
  });
  return { record: record.finally(stop) };
};

interface Scene {
  readonly bus: Bus;
  readonly stateDir: string;
  readonly start: () => Promise<{ readonly pid: number; readonly stop: () => Promise<void> }>;
}

const sampleMs = async ({ bus, stateDir, start }: Scene, gate: FileHandle): Promise<number> => {
  const journals = join(stateDir, "journal");
  const first = await start();
  const activates = await heard(bus, '"activate"');
  const args = { revision: "main" as Revision, id: newId() };
  await call(deploy, { requester: alice, log: bus.log }, address, args)();
  await activates.record;
  process.kill(first.pid, "SIGKILL");
  await first.stop();
  await gate.write("pass\n");
  await journalSays(journals, '"verify"');
  const verifies = await heard(bus, '"verify"');
  const startMs = performance.now();
  const next = start();
  const tookMs = (await verifies.record) - startMs;
  await (await next).stop();
  return tookMs;
};

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  const flake = await makePlayground(place);
  const stateDir = join(place.dir, "state");
  const bus = await server.bus();
  const start = () => playgroundListener(place, server, flake, stateDir);
  await (await start()).stop();
  const path = join(stateDir, gateFile);
  await promisify(execFile)("mkfifo", [path]);
  // Opened for both, it never waits for a reader.
  const gate = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  place.undo(() => gate.close());
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await sampleMs({ bus, stateDir, start }, gate));
  return { ours: median(all), limit: limitMs };
};

export const reattach: Row = { name: "reattach", unit: "ms", bar: 1, direction: "at most", measure };
