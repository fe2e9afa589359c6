/**
 * Which process it is, beyond its number: numbers are used again, so a journal that remembers only a pid would take a
 * stranger for its job. Start time and boot together are never used again.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { JobProcesses, ProcessIdentity } from "../host/holder-file.ts";

/** Where there is no /proc the number has to do. */
const unknown = "unknown";

const read = (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);

/**
 * The boot as whoever started us names it. In a container there are two names for one boot: systemd-nspawn lays a file of its own
 * over the kernel's, and a unit whose /proc is protected sees through it. So a listener hands its jobs the name that it sees.
 */
export const bootVariable = "HOMELAB_DEPLOY_BOOT";

const bootId = async (): Promise<string> => {
  const given = process.env[bootVariable];
  if (given !== undefined && given !== "") return given;
  return (await read("/proc/sys/kernel/random/boot_id"))?.trim() ?? unknown;
};

interface Stat {
  readonly state: string;
  readonly started: string;
}

/** The command's name stands in brackets and may hold brackets and blanks itself, hence the last one. */
const statOf = async (pid: number): Promise<Stat | undefined> => {
  const text = await read(`/proc/${pid}/stat`);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && { state: fields[0] ?? "", started: fields[19] ?? unknown };
};

/** A process of another user's answers with a refusal. */
const answers = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Of the process that has this number now; `undefined` when there is none. A zombie has ended: only its number is taken. */
const processIdentity = async (pid: number): Promise<ProcessIdentity | undefined> => {
  const [boot, stat] = await Promise.all([bootId(), statOf(pid)]);
  if (boot === unknown) return answers(pid) ? { pid, started: unknown, boot } : undefined;
  return stat === undefined || "ZX".includes(stat.state) ? undefined : { pid, started: stat.started, boot };
};

const self = async (): Promise<ProcessIdentity> =>
  (await processIdentity(process.pid)) ?? { pid: process.pid, started: unknown, boot: unknown };

/** Whether the very process that was identified still runs. */
const isAlive = async (identity: ProcessIdentity): Promise<boolean> => {
  const now = await processIdentity(identity.pid);
  return now !== undefined && now.started === identity.started && now.boot === identity.boot;
};

/** A job that is told to end ends its commands first, each gently and then by force. */
const gentleMs = 15_000;
/** What is still there after it is stuck in the kernel. */
const burialMs = 2_000;
const askAgainMs = 50;

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone by now, or another user's.
    return;
  }
};

const goneWithin = async (identity: ProcessIdentity, limitMs: number): Promise<boolean> => {
  const deadlineMs = performance.now() + limitMs;
  while (await isAlive(identity)) {
    if (performance.now() >= deadlineMs) return false;
    await delay(askAgainMs);
  }
  return true;
};

/** @internal */
export const ending =
  (withinMs: number) =>
  async (identity: ProcessIdentity): Promise<void> => {
    if (!(await isAlive(identity))) return;
    signal(identity.pid, "SIGTERM");
    if (await goneWithin(identity, withinMs)) return;
    signal(identity.pid, "SIGKILL");
    await goneWithin(identity, burialMs);
  };

export const processes: JobProcesses = { self, alive: isAlive, end: ending(gentleMs) };
