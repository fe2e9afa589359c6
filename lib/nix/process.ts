/**
 * The one door to processes: commands that run to their end (`run`, `runToFile`), a job that outlives us (`startDetached`)
 * and a child whose lifetime is ours (`startService`). A command is an argv, never a shell string, and whatever it does is
 * a value. What may stop or replace the listener writes to a file: a pipe that breaks in the middle of a switch kills it.
 */
import type { Readable, Writable } from "node:stream";
import { type Either, map } from "fp-ts/lib/Either.js";
import {
  type Argv,
  type Exit,
  type Launched,
  type LaunchOptions,
  launch,
  launchToFile,
  type NotStarted,
} from "./launch.ts";
import { endGroup } from "./process-group.ts";
import { within } from "./within.ts";

export type { Argv, Exit, NotStarted } from "./launch.ts";
export { type Service, startService } from "./service.ts";

export interface RunOptions extends LaunchOptions {
  readonly timeoutMs: number;
  /** Once it is aborted the command is ended as at the deadline. */
  readonly signal?: AbortSignal | undefined;
}

export interface FedOptions extends RunOptions {
  /** What it reads on its standard input; left out: it has none. */
  readonly input?: string;
}

/** The end of a command. `code` and `signal` are both null when it was never started or, past its deadline, would not end. */
export interface Ended extends Exit {
  readonly timedOut: boolean;
  /** There is no such program. */
  readonly missing: boolean;
  /** Why it was never started, as a sentence. */
  readonly notStarted: string | null;
}

/** `stdout` and `stderr` hold at most their last MiB each. */
export interface Ran extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

const keptBytes = 1024 * 1024;
const graceMs = 5000;
/** What was written before the end is read in far less; a process that left the group may hold the pipe for ever. */
const drainMs = 1000;

const neverRan = ({ missing, reason }: NotStarted): Ended => ({
  code: null,
  signal: null,
  timedOut: false,
  missing,
  notStarted: reason,
});

/** The commands that run now, by their process groups: each has one of its own, so whoever ends us does not reach them. */
const commands = new Set<number>();

/** Ends every command that runs, with all that it started; for a process that is told to end. */
export const endCommands = async (): Promise<void> => {
  await Promise.all([...commands].map((pid) => endGroup(pid, graceMs)));
};

const toEnd = async ({ pid, exited }: Launched, { timeoutMs, signal }: RunOptions): Promise<Ended> => {
  commands.add(pid);
  try {
    const inTime = await within(exited, timeoutMs, signal);
    // Also of a command that ended by itself: what it left behind would go on working at what is told as done.
    await endGroup(pid, graceMs);
    if (inTime !== undefined) return { ...inTime, timedOut: false, missing: false, notStarted: null };
    const exit = await within(exited, 0);
    return { code: null, signal: null, ...exit, timedOut: true, missing: false, notStarted: null };
  } finally {
    // Not before its group has ended: whoever is told to end meanwhile ends it for good.
    commands.delete(pid);
  }
};

/** Reads a stream to its end but keeps its tail only, so that a command that floods us costs no memory. */
const tailOf = (stream: Readable | null): (() => string) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    while (bytes - (chunks[0]?.length ?? bytes) >= keptBytes) bytes -= chunks.shift()?.length ?? 0;
  });
  return () => Buffer.concat(chunks).subarray(-keptBytes).toString("utf8");
};

/** A program that ends before it has read it all breaks the pipe, which is its own affair. */
const feed = (stream: Writable | null, input: string | undefined): void => {
  stream?.on("error", () => undefined);
  stream?.end(input);
};

/**
 * Runs a command to its end. Past the deadline its whole group is ended, and after it ended by itself whatever is left of the
 * group: SIGTERM, and SIGKILL after 5 s.
 */
export const run = async (argv: Argv, options: FedOptions): Promise<Ran> => {
  const launched = await launch(argv, options, [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"]);
  if (launched._tag === "Left") return { ...neverRan(launched.left), stdout: "", stderr: "" };
  const { child, closed } = launched.right;
  const [stdout, stderr] = [tailOf(child.stdout), tailOf(child.stderr)];
  feed(child.stdin, options.input);
  const ended = await toEnd(launched.right, options);
  await within(closed, drainMs);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  return { ...ended, stdout: stdout(), stderr: stderr() };
};

/** `run` for a command whose output is long or must survive us: it is appended to a file. */
export const runToFile = async (argv: Argv, options: RunOptions & { readonly outputFile: string }): Promise<Ended> => {
  const launched = await launchToFile(argv, options, options.outputFile);
  return launched._tag === "Left" ? neverRan(launched.left) : toEnd(launched.right, options);
};

/** Starts a process that outlives us, in a session of its own; the right value is its pid. */
export const startDetached = async (
  argv: Argv,
  options: LaunchOptions & { readonly outputFile: string },
): Promise<Either<NotStarted, number>> => {
  const launched = await launchToFile(argv, options, options.outputFile);
  if (launched._tag === "Right") launched.right.child.unref();
  return map(({ pid }: Launched) => pid)(launched);
};
