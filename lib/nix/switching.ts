/**
 * The one switch that may run on a machine: whether one does, the wait for its end, and the end of one that does not come to
 * it. Only a switch that we started is ever stopped. A systemd that is being replaced by the very switch does not answer for
 * a moment, which says nothing of the switch.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { systemctlStop } from "./commands.ts";
import { run } from "./process.ts";
import { isLockHeld } from "./switch-lock.ts";
import { hasSystemd, isUnitActive, mayStartUnits } from "./systemd.ts";

/** The name that nixos-rebuild gives it too, so that two cannot run as units at once. */
export const switchUnit = "nixos-rebuild-switch-to-configuration.service";

export interface Switching {
  /** Whether a switch is under way on this machine, whoever started it and however. */
  readonly isRunning: () => Promise<Either<Failure, boolean>>;
  /** Ends the switch that runs as the unit, with all that it started. */
  readonly stop: () => Promise<void>;
  /** Whether a switch of ours runs as the unit. */
  readonly asUnit: boolean;
}

/** systemd gives a unit 90 s to end before it kills it. */
const stopMs = 100_000;
const askAgainMs = 250;
/** What was just stopped may hold its lock for another moment. */
const afterStopMs = 5000;

export const machineSwitching = (): Switching => ({
  isRunning: async () => {
    const unit = hasSystemd() ? await isUnitActive(switchUnit) : right(false);
    return unit._tag === "Left" || unit.right ? unit : isLockHeld();
  },
  stop: async () => {
    if (hasSystemd()) await run(systemctlStop(switchUnit), { timeoutMs: stopMs });
  },
  asUnit: mayStartUnits(),
});

/** Right: whether no switch runs any more. Left: that could not be told, to the last. */
export const isIdleWithin = async ({ isRunning }: Switching, withinMs: number): Promise<Either<Failure, boolean>> => {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const running = await isRunning();
    if (running._tag === "Right" && !running.right) return right(true);
    if (performance.now() >= deadlineMs) return running._tag === "Left" ? running : right(false);
    await delay(askAgainMs);
  }
};

const late = (what: string): Failure =>
  failure("timeout", `${switchUnit} ${what} after the time for this deployment. Look at its journal.`);

/** Comes back when no switch runs any more; one of `ours` that goes on is stopped for that. */
export const settle = async (
  switching: Switching,
  { withinMs, ours }: { readonly withinMs: number; readonly ours: boolean },
): Promise<Either<Failure, void>> => {
  const idle = await isIdleWithin(switching, withinMs);
  if (idle._tag === "Left") return idle;
  if (idle.right) return right(undefined);
  if (!ours) return left(late("of someone else still runs"));
  await switching.stop();
  const stopped = await isIdleWithin(switching, afterStopMs);
  return left(late(stopped._tag === "Right" && stopped.right ? "was stopped" : "could not be stopped"));
};
