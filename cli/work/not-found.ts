/** The failure of a command that was given an id which the log does not hold. */
import { type Failure, failure } from "../../lib/contract/failure.ts";

/** `repeated`: the options of the connection, for the command that is named. */
export const notFound = (id: string, repeated: string): Failure =>
  failure("invalid_request", `The log holds no request with the id ${id}. See the newest with: hd history${repeated}`);
