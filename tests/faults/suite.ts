/** Plays faults, some at once where that is asked for, and tells each when it is over. */
import { join } from "node:path";
import type { Program } from "../e2e/support/bundle.ts";
import { temporaryFolder } from "../support/nats.ts";
import type { Fault } from "./support/fault.ts";
import { makeFaultyFlake } from "./support/faulty-flake.ts";
import { hostNames } from "./support/host-names.ts";
import { randomOf } from "./support/random.ts";
import { type Played, play } from "./support/stage.ts";

export interface SuiteOptions {
  readonly faults: readonly Fault[];
  readonly program: Program;
  readonly seed: string;
  readonly isShort: boolean;
  readonly atOnce: number;
  readonly onPlayed: (fault: Fault, played: Played | string) => void;
}

/** A string: why the fault was left out. */
const playOne = async (fault: Fault, options: SuiteOptions, flake: Awaited<ReturnType<typeof makeFaultyFlake>>) => {
  const { program, seed, isShort } = options;
  const reason = fault.cannot?.();
  return reason ?? (await play(fault, { program, flake, isShort, random: randomOf(seed) }));
};

export const playAll = async (options: SuiteOptions): Promise<void> => {
  // Every folder and server is seen to when the process ends, and there are many.
  process.setMaxListeners(0);
  const flake = await makeFaultyFlake(join(temporaryFolder(), "flake"), hostNames);
  const queue = options.faults.filter(({ times }) => times[options.isShort ? "short" : "full"] > 0);
  const worker = async (): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift())
      options.onPlayed(fault, await playOne(fault, options, flake));
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
};
