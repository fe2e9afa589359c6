/** Whether a flake's repository can be reached from here, as a host reaches it: its remote is asked for branches and tags. */
import { isLeft, map } from "fp-ts/lib/Either.js";
import { left, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import { parseFlakeUrl } from "./flake-url.ts";
import { type Environment, gitCaller } from "./git.ts";
import type { RemoteRef } from "./remote-refs.ts";
import { listRefs } from "./resolve.ts";

const timeoutMs = 15_000;

/** How many there are. Fails with `invalid_request` for what is no flake's URL, else as git does. */
export const reachFlake = (url: string, env: Environment): TaskEither<Failure, number> => {
  const flake = parseFlakeUrl(url);
  if (isLeft(flake)) return left(failure("invalid_request", `This is no flake to deploy from: ${flake.left}.`));
  const git = gitCaller({ flake: flake.right, timeoutMs, env });
  return async () => map((refs: readonly RemoteRef[]) => refs.length)(await listRefs(git, flake.right, []));
};
