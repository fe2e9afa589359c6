/** A program that hd or its tests run and that a package of the distribution holds. */
import { oldestVersion } from "./version.ts";

export interface Program {
  readonly name: string;
  readonly packageName: string;
  /** The variable that names one by hand. */
  readonly variable: string;
  readonly oldest: string;
  /** Whether the newest release of the distribution is wanted, or that of this machine, which needs no second download. */
  readonly prefers: "newest" | "own";
  /** Whether its file is all that it needs, or also what its package depends on, as far as this machine lacks that. */
  readonly needs: "itself" | "libraries";
  /** How its answer to `--version` begins. */
  readonly says: RegExp;
  /** Ways to get one, each on a line of its own. */
  readonly waysOut: readonly string[];
}

export const natsServer: Program = {
  name: "nats-server",
  packageName: "nats-server",
  variable: "HD_NATS_SERVER",
  oldest: oldestVersion,
  prefers: "newest",
  needs: "itself",
  says: /^nats-server:/,
  waysOut: ["nix develop, in the checkout"],
};
