/**
 * Starting one process: by argv, never through a shell, in a session and process group of its
 * own. That a program cannot be started is a value; nothing here throws.
 */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";

/** The program, then its arguments. */
export type Argv = readonly [string, ...(readonly string[])];

export interface LaunchOptions {
  readonly cwd?: string;
  /** The whole environment of the process; without it, it gets ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface NotStarted {
  /** There is no such program; every other reason (no permission, no such folder) leaves it false. */
  readonly missing: boolean;
  readonly reason: string;
}

/** How a process ended: by itself with a code, or by a signal. Both null: it could not be ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** After `exited`, and after the last byte of its output: never, if it left a process behind that holds the pipe. */
  readonly closed: Promise<void>;
}

/** The system says EACCES for a program that is nowhere, too, once a folder of PATH may not be looked into. */
const isNowhere = (program: string, { env = process.env }: LaunchOptions): boolean =>
  !program.includes("/") && !(env["PATH"] ?? "").split(delimiter).some((dir) => existsSync(join(dir, program)));

const notStarted = (argv: Argv, options: LaunchOptions, cause: NodeJS.ErrnoException): NotStarted => {
  const [[program], { cwd }] = [argv, options];
  if (cwd !== undefined && !existsSync(cwd)) {
    return { missing: false, reason: `cannot start ${program} in ${cwd}: there is no such folder` };
  }
  if (cause.code === "ENOENT" || (cause.code === "EACCES" && isNowhere(program, options))) {
    return { missing: true, reason: `cannot start ${program}: it is not installed, or not on PATH` };
  }
  return { missing: false, reason: `cannot start ${program}: ${cause.message}` };
};

const asError = (thrown: unknown): NodeJS.ErrnoException =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** Resolves once the program runs or is known not to; the listeners are in place before anything can happen. */
const settled = (argv: Argv, options: LaunchOptions, child: ChildProcess): Promise<Either<NotStarted, Launched>> =>
  new Promise((resolve) => {
    const exited = new Promise<Exit>((exit) => {
      child.once("exit", (code, signal) => exit({ code, signal }));
    });
    const closed = new Promise<void>((close) => {
      child.once("close", () => close());
    });
    child.on("error", (cause) => resolve(left(notStarted(argv, options, cause))));
    child.once("spawn", () => {
      if (child.pid !== undefined) resolve(right({ child, pid: child.pid, exited, closed }));
    });
  });

export const launch = async (
  argv: Argv,
  options: LaunchOptions,
  stdio: StdioOptions,
): Promise<Either<NotStarted, Launched>> => {
  const [program, ...args] = argv;
  try {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, detached: true, stdio });
    return await settled(argv, options, child);
  } catch (thrown) {
    return left(notStarted(argv, options, asError(thrown)));
  }
};

/** Its output is appended to a file, through a descriptor of its own: no byte of it passes through us. */
export const launchToFile = async (
  argv: Argv,
  options: LaunchOptions,
  outputFile: string,
): Promise<Either<NotStarted, Launched>> => {
  let file: FileHandle;
  try {
    file = await open(outputFile, "a", 0o600);
  } catch (thrown) {
    const { message } = asError(thrown);
    return left({ missing: false, reason: `cannot start ${argv[0]}: its output file cannot be opened: ${message}` });
  }
  try {
    return await launch(argv, options, ["ignore", file.fd, file.fd]);
  } finally {
    await file.close();
  }
};
