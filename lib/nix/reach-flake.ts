/** What a flake's repository says to whoever asks from here as a host does: its branches and tags, and what a revision is now. */
import { isLeft, map } from "fp-ts/lib/Either.js";
import { left, map as mapT, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Commit, Revision } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { parseFlakeUrl } from "./flake-url.ts";
import { type Environment, gitCaller } from "./git.ts";
import type { RemoteRef } from "./remote-refs.ts";
import { listRefs, resolveRevision } from "./resolve.ts";

const timeoutMs = 15_000;

const noFlake = (why: string): Failure => failure("invalid_request", `This is no flake to deploy from: ${why}.`);

/** How many there are. Fails with `invalid_request` for what is no flake's URL, else as git does. */
export const reachFlake = (url: string, env: Environment): TaskEither<Failure, number> => {
  const flake = parseFlakeUrl(url);
  if (isLeft(flake)) return left(noFlake(flake.left));
  const git = gitCaller({ flake: flake.right, timeoutMs, env });
  return async () => map((refs: readonly RemoteRef[]) => refs.length)(await listRefs(git, flake.right, []));
};

/** Fails with `invalid_request` for what is no flake's URL, else as a host's answer would, and with `cancelled` once the signal is aborted. */
export const resolveAt = (
  url: string,
  revision: Revision,
  env: Environment,
  signal?: AbortSignal,
): TaskEither<Failure, Commit> => {
  const flake = parseFlakeUrl(url);
  if (isLeft(flake)) return left(noFlake(flake.left));
  const resolved = resolveRevision({ flake: flake.right, timeoutMs, env, signal })(revision);
  return mapT(({ commit }: Resolved) => commit)(resolved);
};
