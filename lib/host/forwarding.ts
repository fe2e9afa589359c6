/** What whoever carries journals to the log has in their hands, and how far one journal has come. */
import type { HostIdentity } from "../contract/template.ts";
import type { RequestId } from "../contract/values.ts";
import type { MessageIds } from "../router/message-ids.ts";
import type { Live, Logger, LogReader, LogWriter } from "../router/ports.ts";
import type { JobProcesses } from "./holder-file.ts";
import type { StateDir } from "./state-dir.ts";

export interface Forwarding {
  readonly dir: StateDir;
  readonly host: HostIdentity;
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly ids: MessageIds;
  readonly live: Pick<Live, "publish">;
  readonly logger: Logger;
  readonly processes: JobProcesses;
  /** The time of day. */
  readonly now: () => number;
  /** A clock that nobody can set. */
  readonly passedMs: () => number;
  /** How often a requester with a `reply_to` hears that the work goes on; 0: never. */
  readonly heartbeatMs: number;
  /** How long a job may take from its launch to its claim. */
  readonly startGraceMs: number;
  /** Called at the moment at which the log has the end of a request: from then on everybody may know of it. */
  readonly onEnded?: (id: RequestId) => void;
}

/** How far the log has a journal. It outlives an attempt that breaks off. */
export interface Place {
  /** The number of its last event there. */
  at: number;
  /** What the cursor says of it. */
  noted?: number;
  /** When this listener first saw it, by the clock that nobody can set, and how old it was then. */
  since?: { readonly passedMs: number; readonly elapsedMs: number };
  /** How often following it broke off. */
  troubles?: number;
  /** The log has its end; what is left to do is to put the journal away, and nothing that happens to it is told any more. */
  isTold?: boolean;
}
