/** The failure of a command that was given an id which is none of a deployment's. */
import { shortBuild } from "../../lib/contract/build-address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Sought } from "../../streams/seek-request.ts";

/** `repeated`: the options of the connection, for the commands that are named. */
export const notFound = (id: string, repeated: string, { build, from }: Pick<Sought, "build" | "from">): Failure => {
  if (build !== undefined)
    return failure(
      "invalid_request",
      `Request ${id} is the build of ${shortBuild(build)} and no deployment. See it: hd show ${id}${repeated}`,
    );
  const newest = `See the newest with: hd history${repeated}`;
  const sentence =
    from <= 1
      ? `The log holds no request with the id ${id}. ${newest}`
      : `No request with the id ${id} was found, back to ${from} in the log. ${newest}; look through all of it with: hd show ${id} --scan${repeated}`;
  return failure("invalid_request", sentence);
};
