/**
 * The processes of a whole host: its listener, its job, and whatever that has started, as the power going away would end
 * them. They are stopped first, so that none starts another while it is looked for.
 */
import { readdirSync, readFileSync } from "node:fs";
import { eventually } from "../../support/collector.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isOfHost: boolean;
}

const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
};

/** The command's name stands in brackets and may hold brackets and blanks itself, hence the last one. */
const statOf = (pid: number): readonly [state: string, parent: number] => {
  const stat = read(pid, "stat");
  const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [state, Number(parent)];
};

const running = (root: string): readonly Process[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
    .flatMap((pid) => {
      const [state, parent] = statOf(pid);
      if (state === "" || "ZX".includes(state)) return [];
      return [{ pid, parent, isOfHost: `${read(pid, "cmdline")}\0${read(pid, "environ")}`.includes(`${root}`) }];
    });

/** Those that name the folder of the host in their command or environment, and those below them. */
export const processesOf = (root: string): readonly number[] => {
  const all = running(root);
  const found = new Set(all.filter(({ isOfHost }) => isOfHost).map(({ pid }) => pid));
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found];
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
};

/** `root`: the state folder of the host. Resolves when nothing of it runs. */
export const killHost = async (root: string): Promise<void> => {
  const stopped = new Set<number>();
  for (let found = processesOf(root); found.some((pid) => !stopped.has(pid)); found = processesOf(root)) {
    for (const pid of found) {
      signal(pid, "SIGSTOP");
      stopped.add(pid);
    }
  }
  for (const pid of stopped) signal(pid, "SIGKILL");
  await eventually("the host has ended", async () => processesOf(root).length === 0 || undefined);
};
