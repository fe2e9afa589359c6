/**
 * The port to a log that is filled from an export: made for it, filled in order, and closed to it for ever. It takes the
 * owner of the streams' account, because nobody else may publish in the name of others.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { StreamSettings } from "./provisioner.ts";
import type { Extent, RawRecord } from "./records.ts";

export interface Importer {
  /** Makes the log, to begin with the first; one that is there is taken only if nothing ever was in it, nor any host. */
  readonly begin: (settings: StreamSettings, extent: Extent) => TaskEither<Failure, void>;
  /** In this order. Right: each has the sequence that it had. */
  readonly append: (records: readonly RawRecord[]) => TaskEither<Failure, void>;
  /** From now on the times of what was imported are believed, and the log is one like any other. */
  readonly end: (settings: StreamSettings, extent: Extent) => TaskEither<Failure, void>;
}
