/** What a builder needs of a message system, and who counts what it does, as ports. */
import type { Failure } from "../contract/failure.ts";
import type { Repo } from "../contract/names.ts";
import type { BuildOutcome, BuildStatus } from "../contract/values.ts";
import type { Shown } from "./metering.ts";
import type { Live, LogClock, LogReader, LogWriter, Work } from "./ports.ts";

export interface BuilderBus {
  /** A builder may read its own records only, each of their subjects by itself. */
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly live: Live;
  /** Requests, one at a time and in order, whoever of the builders takes them. */
  readonly work: Work;
  readonly clock: LogClock;
  readonly isUp: () => boolean;
  /** Resolves when the connection has ended and will not come back by itself. */
  readonly closed: Promise<Failure>;
  readonly close: () => Promise<void>;
}

/** What of the builders' place in the log is not as it should be, as clauses. */
export interface PlaceDifferences {
  /** No request may be taken from there. */
  readonly wrong: readonly string[];
  /** To be told, and no more. */
  readonly odd: readonly string[];
}

/** Counts what a builder does. */
export interface BuildMeter {
  /** `repo`: `undefined` for one that the builder does not know. */
  readonly ended: (repo: Repo | undefined, status: BuildStatus, tookMs: number, atMs: number) => void;
  readonly host: (repo: Repo, outcome: BuildOutcome) => void;
}

export interface ShownBuildMeter extends BuildMeter {
  readonly shown: Shown;
}
