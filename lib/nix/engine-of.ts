/** The engine of an order: which of the three it names, with the order's own deadline. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Engine } from "../host/engine.ts";
import type { JobOrder } from "../host/job-order.ts";
import type { EngineOptions } from "./engine-options.ts";
import { parseFlakeUrl } from "./flake-url.ts";
import type { Environment } from "./git.ts";
import { nixosEngine } from "./nixos-engine.ts";
import { sandboxEngine } from "./sandbox-engine.ts";
import { simulatedEngine } from "./simulated-engine.ts";

/** What an order says about the machine; a listener asks with the same before there is an order. */
export type EngineOrder = Pick<JobOrder, "hostname" | "flake_url" | "engine" | "root">;

export interface EnginePlace {
  readonly outputFile: string;
  readonly stateDir: string;
  readonly timeLeftMs: () => number;
  readonly env: Environment;
}

/** Left: a clause that says what is wrong with the flake URL. */
export const engineOf = (order: EngineOrder, { stateDir, ...place }: EnginePlace): Either<string, Engine> => {
  const flake = parseFlakeUrl(order.flake_url);
  if (flake._tag === "Left") return left(flake.left);
  const options: EngineOptions = { host: order.hostname, flake: flake.right, ...place };
  const root = order.root ?? stateDir;
  switch (order.engine) {
    case "nixos":
      return right(nixosEngine({ ...options, stateDir }));
    case "sandbox":
      return right(sandboxEngine({ ...options, root }));
    case "simulated":
      return right(simulatedEngine({ ...options, root }));
  }
};
