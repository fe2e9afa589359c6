/**
 * A fault, as the suite runs it: what is done to a fleet of real processes, how often, and nothing of what has to be true
 * afterwards. That is the same for all of them and is looked at by the suite itself.
 */

import type { Repository } from "../../../lib/nix/git-repository.ts";
import type { ResponseRecord } from "../../../streams/records.ts";
import type { Program } from "../../e2e/support/bundle.ts";
import type { Fleet, FleetOptions, FleetServer, HostOfFleet, Scope } from "../../support/fleet.ts";
import type { Random } from "./random.ts";

export interface Fault {
  readonly name: string;
  /** What is done, as a clause. What is a stand-in says so here. */
  readonly about: string;
  /** How often; 0 in `short`: not in the short form. */
  readonly times: { readonly full: number; readonly short: number };
  /** Why it cannot be done on this machine, as a clause. */
  readonly cannot?: () => string | undefined;
  readonly run: (stage: Stage) => Promise<void>;
}

export type ServedFleet = Fleet & { readonly server: FleetServer };

/** What a fault works with. All that it starts here ends with it, and every fleet of it is audited. */
export interface Stage extends Scope {
  readonly times: number;
  readonly isShort: boolean;
  readonly random: Random;
  readonly program: Program;
  /** The faulty one, which all fleets share that are not given another. */
  readonly flake: Repository;
  /** For what has to end before the fleets do; the newest first. */
  readonly undo: (task: () => Promise<void>) => void;
  /** A folder of its own. */
  readonly dir: string;
  readonly fleet: (options?: FleetOptions) => Promise<ServedFleet>;
  /** For a fleet that was made otherwise. */
  readonly adopt: (fleet: Fleet) => void;
  /** Puts a request into the log, by a deployer that sends it again until it has been acknowledged; its sequence. */
  readonly ask: (fleet: Fleet, host: HostOfFleet, body: object) => Promise<number>;
  /** Waits for the end of a request, and compares it with what is so. */
  readonly end: (fleet: Fleet, host: HostOfFleet, seq: number) => Promise<ResponseRecord>;
  /** What this fault promises beside what always holds. */
  readonly expect: (holds: boolean, what: string) => void;
}
