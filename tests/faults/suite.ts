/** Plays faults, some at once where that is asked for, and tells each when it is over. */
import { join } from "node:path";
import { fleet as hosts } from "../../cli/up/fleet.ts";
import type { Program } from "../e2e/support/bundle.ts";
import { makeGatedFlake } from "../e2e/support/gated-flake.ts";
import { temporaryFolder } from "../support/nats.ts";
import type { Fault } from "./support/fault.ts";
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
const playOne = async (fault: Fault, options: SuiteOptions, flake: Awaited<ReturnType<typeof makeGatedFlake>>) => {
  const { program, seed, isShort } = options;
  const reason = fault.cannot?.();
  return reason ?? (await play(fault, { program, flake, isShort, random: randomOf(seed) }));
};

export const playAll = async (options: SuiteOptions): Promise<void> => {
  const names = hosts.map(({ hostname }) => hostname);
  const flake = await makeGatedFlake(join(temporaryFolder(), "flake"), names);
  const queue = options.faults.filter(({ times }) => times[options.isShort ? "short" : "full"] > 0);
  const worker = async (): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift())
      options.onPlayed(fault, await playOne(fault, options, flake));
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
};
