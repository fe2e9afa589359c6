/** The world of a command, in memory: what it writes is kept, the clock stands still, and a test can press Ctrl-C. */
import { left, right } from "fp-ts/lib/Either.js";
import type { CliEnv, Connection } from "../../../cli/env.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { rehearsal } from "../../../handlers/rehearsal.ts";
import type { AlerterOptions } from "../../../lib/contract/alerter-options.ts";
import type { BuilderOptions } from "../../../lib/contract/builder-options.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { ListenerOptions } from "../../../lib/contract/listener-options.ts";
import { trustedKeysFile } from "../../../lib/host/trusted-keys-file.ts";
import { keyMaker } from "../../../lib/nats/key-maker.ts";
import { isUserKey, verifier } from "../../../lib/nats/verify.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import { noonMs } from "../../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../../support/memory-bus.ts";
import { rawOf, readerOf } from "../../support/raw-records.ts";

export interface World {
  readonly log: MemoryLog;
  readonly cli: CliEnv;
  readonly out: () => string;
  readonly err: () => string;
  readonly interrupt: () => void;
  /** Resolves when a command has begun to wait. */
  readonly waiting: () => Promise<void>;
  /** With what the bus was asked for. */
  readonly connections: readonly Connection[];
  readonly closed: () => number;
  /** With what listeners were started. */
  readonly listened: readonly ListenerOptions[];
  /** With what alerters were started. */
  readonly alerted: readonly AlerterOptions[];
  readonly built: readonly BuilderOptions[];
  /** Runs a command line; the exit code. */
  readonly hd: (...words: readonly string[]) => Promise<number>;
}

export interface WorldOptions extends Partial<CliEnv> {
  /** Puts something between the command and the bus. */
  readonly around?: (bus: Bus) => Bus;
}

/** A minute after noon, so that what happened at noon has an age. */
const nowMs = noonMs + 60_000;

export const world = ({ around = (bus) => bus, ...changes }: WorldOptions = {}): World => {
  const log = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  const written = { out: "", err: "" };
  const waiting = new Set<() => void>();
  const connections: Connection[] = [];
  const listened: ListenerOptions[] = [];
  const alerted: AlerterOptions[] = [];
  const built: BuilderOptions[] = [];
  let closed = 0;
  const output = (to: "out" | "err") => ({
    write: (text: string) => {
      written[to] += text;
    },
    isTTY: false,
    size: () => ({ columns: 100, rows: 24 }),
  });
  const close = async () => {
    closed += 1;
  };
  const cli: CliEnv = {
    env: {},
    stdout: output("out"),
    stderr: output("err"),
    now: () => nowMs,
    version: "1.2.3",
    loginName: () => "alice",
    onInterrupt: (callback) => {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    contexts: {
      selected: () => async () => right(undefined),
      names: async () => [],
      read: (name) => async () => left(failure("invalid_request", `there is no context ${name}`)),
    },
    inspect: () => async () => left(failure("unreachable", "not in this test")),
    ask: async () => undefined,
    machine: {
      refs: () => async () => right(1),
      resolve: () => async () => left(failure("unreachable", "not in this test")),
      missing: async () => [],
    },
    connect: (connection) => async () => {
      connections.push(connection);
      return right({ ...around(log.bus()), close });
    },
    provision: () => async () => left(failure("unreachable", "not in this test")),
    importer: () => async () => left(failure("unreachable", "not in this test")),
    logRecords: () => async () => right({ ...readerOf(() => log.records.map(rawOf)), close }),
    vaultRecords: () => async () => left(failure("unreachable", "not in this test")),
    signatures: {
      trusted: async (file) => trustedKeysFile(file, isUserKey)(),
      verifier: async () => verifier(),
    },
    sinkPort: async ({ name }) => ({ name, send: async () => ({ outcome: "sent" }) }),
    rehearse: rehearsal({ isKey: isUserKey, verify: verifier() }),
    keyMaker: async () => keyMaker,
    listen: async (options) => {
      listened.push(options);
      return 0;
    },
    alert: async (options) => {
      alerted.push(options);
      return 0;
    },
    build: async (options) => {
      built.push(options);
      return 0;
    },
    up: async () => 0,
    mcp: async () => right(0),
    ...changes,
  };
  return {
    log,
    cli,
    out: () => written.out,
    err: () => written.err,
    interrupt: () => {
      for (const callback of waiting) callback();
    },
    waiting: async () => {
      while (waiting.size === 0) await new Promise(setImmediate);
    },
    connections,
    closed: () => closed,
    listened,
    alerted,
    built,
    hd: (...words) => runCli(words, cli),
  };
};

/** A screen with the ids that were made for it called ID, so that it can be compared as a whole. */
export const screen = (text: string): string => text.replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "ID");
