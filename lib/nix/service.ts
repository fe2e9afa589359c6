/**
 * A child whose lifetime is ours: it is stopped by whoever started it, and killed if we exit without having done so. It has
 * a process group of its own, so Ctrl-C in a terminal does not reach it: the one who starts it must stop it on a signal.
 */
import { createInterface } from "node:readline";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import {
  type Argv,
  type Exit,
  type Launched,
  type LaunchOptions,
  launch,
  launchToFile,
  type NotStarted,
} from "./launch.ts";
import { endGroup, killGroup, signalGroup } from "./process-group.ts";
import { within } from "./within.ts";

export interface Service {
  readonly pid: number;
  /** With `onLine`, after the last line. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to it and all it started, SIGKILL after the grace; comes back when they are gone. */
  readonly stop: (graceMs: number) => Promise<void>;
  /** SIGKILL to it and all it started; comes back when they are gone. */
  readonly kill: () => Promise<void>;
}

/** Where its output goes: to a file that is appended to, to a function line by line, or nowhere. */
type Output =
  | { readonly outputFile: string; readonly onLine?: never }
  | { readonly onLine: (line: string) => void; readonly outputFile?: never }
  | { readonly outputFile?: never; readonly onLine?: never };

const drainMs = 1000;

const running = new Set<number>();
const killRunning = (): void => {
  for (const pid of running) signalGroup(pid, "SIGKILL");
};

const own = ({ pid, exited }: Launched): void => {
  if (!process.listeners("exit").includes(killRunning)) process.prependListener("exit", killRunning);
  running.add(pid);
  void exited.then(() => running.delete(pid));
};

const start = (argv: Argv, options: LaunchOptions & Output): Promise<Either<NotStarted, Launched>> => {
  if (options.outputFile !== undefined) return launchToFile(argv, options, options.outputFile);
  return launch(argv, options, options.onLine === undefined ? "ignore" : ["ignore", "pipe", "pipe"]);
};

const readLines = ({ child }: Launched, onLine: (line: string) => void): void => {
  for (const input of [child.stdout, child.stderr]) {
    if (input !== null) createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
  }
};

export const startService = async (
  argv: Argv,
  options: LaunchOptions & Output = {},
): Promise<Either<NotStarted, Service>> => {
  const launched = await start(argv, options);
  if (launched._tag === "Left") return left(launched.left);
  const { pid, exited, closed } = launched.right;
  own(launched.right);
  if (options.onLine !== undefined) readLines(launched.right, options.onLine);
  return right({
    pid,
    exited: exited.then(async (exit) => {
      await within(closed, drainMs);
      return exit;
    }),
    stop: async (graceMs) => {
      if (running.has(pid)) await endGroup(pid, graceMs);
    },
    kill: async () => {
      if (running.has(pid)) await killGroup(pid);
    },
  });
};
