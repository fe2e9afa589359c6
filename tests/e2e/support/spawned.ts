/**
 * A process of hd under test: what it writes can be waited for, and how it ends. It leads a process group of its own, as a
 * command does that a shell starts, and is killed with the test file.
 */
import { spawn } from "node:child_process";
import type { Program } from "./bundle.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Spawned {
  readonly pid: number;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves to all of stderr or stdout when it has these words; rejects when it ends without them. */
  readonly heard: (words: string | RegExp) => Promise<string>;
  /** After its last word. */
  readonly exited: Promise<Exit>;
  readonly signal: (name: NodeJS.Signals) => void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const deadlineMs = 60_000;

const alive = new Set<() => void>();
process.on("exit", () => {
  for (const kill of alive) kill();
});

/** Variables of whoever runs the tests must not configure what is tested. */
const cleanEnvironment = (): Environment =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOMELAB_DEPLOY_|NATS_|NO_COLOR$)/.test(name)));

const has = (text: string, words: string | RegExp): boolean =>
  typeof words === "string" ? text.includes(words) : words.test(text);

/** `cwd`: where it starts, instead of where the tests do. */
export const spawned = (
  [file, ...first]: Program,
  words: readonly string[],
  env: Environment = {},
  cwd: string | undefined = undefined,
): Spawned => {
  const child = spawn(file, [...first, ...words], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { out: "", err: "" };
  const looks = new Set<() => void>();
  const hear = (to: "out" | "err") => (chunk: string) => {
    written[to] += chunk;
    for (const look of looks) look();
  };
  child.stdout.setEncoding("utf8").on("data", hear("out"));
  child.stderr.setEncoding("utf8").on("data", hear("err"));
  const kill = () => child.kill("SIGKILL");
  alive.add(kill);
  let ended = false;
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      ended = true;
      alive.delete(kill);
      for (const look of looks) look();
      resolve({ code, signal });
    });
  });
  const told = () => `stdout:\n${written.out}\nstderr:\n${written.err}`;
  const heard: Spawned["heard"] = (wanted) =>
    new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(timer);
        looks.delete(look);
        how();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${wanted} was not said ${why}; ${told()}`)));
      const timer = setTimeout(() => fail(`within ${deadlineMs} ms`), deadlineMs);
      const look = () => {
        const found = [written.err, written.out].find((text) => has(text, wanted));
        if (found !== undefined) settle(() => resolve(found));
        else if (ended) fail("before the end");
      };
      looks.add(look);
      look();
    });
  return {
    pid: child.pid ?? 0,
    out: () => written.out,
    err: () => written.err,
    heard,
    exited,
    signal: (name) => void child.kill(name),
  };
};
