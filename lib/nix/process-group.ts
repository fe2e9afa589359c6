/**
 * Ending a process together with everything it started. A command is made the leader of a group of its own, so that a
 * shell script past its deadline does not leave its children running; signal the group (`-pid`), never the leader alone.
 * Out of reach is a child that made a group or session of its own (`setsid`, a daemon): nothing tells it from a stranger's
 * process. In a unit of systemd it ends with the unit at the latest; elsewhere it goes on.
 */
import { setTimeout as delay } from "node:timers/promises";

/** How long the kernel may take to bury what SIGKILL ended; what is still there is stuck in it and cannot be ended. */
const burialMs = 1000;

/** Groups end without an event that anyone outside them could await, so they are asked. */
const askAgainMs = 10;

/** False when nothing of the group is left, or nothing of it may be signalled. */
export const signalGroup = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
};

const gone = async (pid: number, withinMs: number): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (signalGroup(pid, 0)) {
    if (performance.now() >= deadline) return false;
    await delay(askAgainMs);
  }
  return true;
};

export const killGroup = async (pid: number): Promise<void> => {
  signalGroup(pid, "SIGKILL");
  await gone(pid, burialMs);
};

/** SIGTERM, and SIGKILL for what is left after the grace. Always comes back, also from a group that cannot be ended. */
export const endGroup = async (pid: number, graceMs: number): Promise<void> => {
  signalGroup(pid, "SIGTERM");
  if (!(await gone(pid, graceMs))) await killGroup(pid);
};
