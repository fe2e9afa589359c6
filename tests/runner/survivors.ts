/**
 * What a test file left running, from /proc. Two signs, because each alone can be lost: the session that the file started,
 * which a child in a session of its own has left, and the mark in the environment, which a child with a bare one has not.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export interface Survivor {
  readonly pid: number;
  readonly command: string;
}

/** Names the variable that every process of a test file inherits; a runner within a test adds its mark to the outer one's. */
export const markVariable = "HD_TEST_MARK";

const pollMs = 20;

/** A process may end between two reads, and the environment of another user's is not ours to read: both count as empty. */
const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
};

/** The command's name stands in brackets and may hold brackets and blanks itself, hence the last one. */
const stateAndSession = (pid: number): readonly [state: string, session: number] => {
  const stat = read(pid, "stat");
  const [state = "", , , session = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [state, Number(session)];
};

const isMarked = (pid: number, mark: string): boolean =>
  read(pid, "environ")
    .split("\0")
    .some((entry) => entry.startsWith(`${markVariable}=`) && entry.includes(mark));

const survives = (pid: number, session: number, mark: string): boolean => {
  const [state, own] = stateAndSession(pid);
  return state !== "" && !"ZX".includes(state) && (own === session || isMarked(pid, mark));
};

/** Without /proc only the process group can be asked; its negative number stands for all that is in it. */
const groupAlone = (session: number): Survivor[] => {
  try {
    process.kill(-session, 0);
    return [{ pid: -session, command: "process group" }];
  } catch {
    return [];
  }
};

const survivors = (session: number, mark: string): Survivor[] =>
  process.platform !== "linux"
    ? groupAlone(session)
    : readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && survives(pid, session, mark))
        .map((pid) => ({ pid, command: read(pid, "cmdline").replaceAll("\0", " ").trim() }));

/** Sends a signal; a process (or, by a negative number, a group) that has ended meanwhile is what was wanted. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};

/**
 * Kills what still runs after `graceMs`, and says what that was. A child that was told to end needs a moment: the transpiler's
 * ends because its pipe is closed.
 */
export const killLeft = async (session: number, mark: string, graceMs: number): Promise<Survivor[]> => {
  const deadlineMs = Date.now() + graceMs;
  const killed = new Map<number, Survivor>();
  for (let found = survivors(session, mark); found.length > 0; found = survivors(session, mark)) {
    if (Date.now() >= deadlineMs) {
      for (const survivor of found) {
        killed.set(survivor.pid, survivor);
        signal(survivor.pid, "SIGKILL");
      }
    }
    await delay(pollMs);
  }
  return [...killed.values()];
};
