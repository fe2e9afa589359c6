/** Why a service whose connection has ended for good is of no use any more. `what`: which service it is. */
import { type Failure, failure } from "../contract/failure.ts";

export const closedFor =
  (what: string) =>
  (reason: unknown): Failure => {
    const why = reason instanceof Error ? `: ${reason.message}` : "";
    return failure("unreachable", `The connection to NATS has ended for good${why}. Start the ${what} again.`);
  };
