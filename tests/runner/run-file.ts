/**
 * Runs one test file as a process in a session of its own, and sees to it that nothing of it is left afterwards. Its output
 * goes to a file: a pipe would stay open for as long as anything it started, and the runner would wait with it.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { killLeft, markVariable, signal } from "./survivors.ts";
import { type Ending, type Verdict, verdict } from "./verdict.ts";

export interface Report extends Verdict {
  readonly path: string;
  readonly output: string;
  readonly elapsedMs: number;
}

export interface Surroundings {
  readonly cwd: string;
  /** Holds the output files. */
  readonly scratch: string;
  readonly timeoutMs: number;
  /** The sessions that run, for whoever passes a signal on. */
  readonly sessions: Set<number>;
}

const graceMs = 5000;
const tsx = import.meta.resolve("tsx");

const start = (path: string, cwd: string, outputFile: string, mark: string) => {
  const output = openSync(outputFile, "w");
  const marks = [process.env[markVariable], mark].filter(Boolean).join(" ");
  const child = spawn(process.execPath, ["--import", tsx, path], {
    cwd,
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, [markVariable]: marks },
  });
  closeSync(output);
  return child;
};

/** Resolves when the file's process and all that it started are gone. */
const finish = async (
  session: number,
  exited: Promise<unknown[]>,
  mark: string,
  timeoutMs: number,
): Promise<Omit<Ending, "output">> => {
  let lateAfterMs: number | undefined;
  const deadline = setTimeout(() => {
    lateAfterMs = timeoutMs;
    signal(-session, "SIGKILL");
  }, timeoutMs);
  const [code, name] = await exited.finally(() => clearTimeout(deadline));
  const left = await killLeft(session, mark, lateAfterMs === undefined ? graceMs : 0);
  return {
    code: typeof code === "number" ? code : null,
    signal: typeof name === "string" ? name : null,
    lateAfterMs,
    left: lateAfterMs === undefined ? left.map(({ pid, command }) => `${command} (process ${pid})`) : [],
  };
};

export const runFile = async (path: string, around: Surroundings): Promise<Report> => {
  const mark = randomUUID();
  const outputFile = join(around.scratch, mark);
  const startedMs = performance.now();
  const child = start(path, around.cwd, outputFile, mark);
  const exited = once(child, "exit");
  const session = child.pid ?? Number.NaN;
  around.sessions.add(session);
  const ending = await finish(session, exited, mark, around.timeoutMs);
  around.sessions.delete(session);
  const output = readFileSync(outputFile, "utf8");
  return { path, output, elapsedMs: performance.now() - startedMs, ...verdict({ ...ending, output }) };
};
