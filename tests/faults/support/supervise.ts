/**
 * Plays the unit manager for a listener, as `Restart=always` would: whenever it ends it is started again, by the command
 * line that holds at that moment, until it is told to stop.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { ListenerProcess } from "../../e2e/support/listener-process.ts";
import type { Stage } from "./fault.ts";

const restartMs = 50;

export interface Supervised {
  readonly now: () => ListenerProcess;
  /** How often it has ended. */
  readonly ends: () => number;
}

export const supervise = (stage: Stage, start: () => ListenerProcess): Supervised => {
  let [stopped, ends, listener] = [false, 0, start()];
  const run = async (): Promise<void> => {
    while (!stopped) {
      await listener.exited;
      ends += 1;
      await delay(restartMs);
      if (!stopped) listener = start();
    }
  };
  const running = run();
  stage.undo(async () => {
    stopped = true;
    await listener.kill();
    await running;
  });
  return { now: () => listener, ends: () => ends };
};
