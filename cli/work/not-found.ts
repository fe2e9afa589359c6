/** The failure of a command that was given an id which the log does not hold. */
import { type Failure, failure } from "../../lib/contract/failure.ts";

/** `repeated`: the options of the connection, for the commands that are named. `from`: where the search back ended. */
export const notFound = (id: string, repeated: string, from: number): Failure => {
  const newest = `See the newest with: hd history${repeated}`;
  const sentence =
    from <= 1
      ? `The log holds no request with the id ${id}. ${newest}`
      : `No request with the id ${id} was found, back to ${from} in the log. ${newest}; look through all of it with: hd show ${id} --scan${repeated}`;
  return failure("invalid_request", sentence);
};
