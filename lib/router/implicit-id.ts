/** The id of a request that came without one, as the original protocol has it. Listener and readers must agree on it. */
import type { RequestId } from "../contract/values.ts";

/** Its place in the log is an id; the time keeps a re-created log apart. A fraction of the time is not known to everyone. */
export const implicitId = (seq: number, atMs: number): RequestId =>
  `s${seq}-${Math.floor(atMs).toString(36)}` as RequestId;
