/** Why a change is not made after all, as what ends it midway. Whoever catches it puts back what was moved. */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { notDone } from "./errno.ts";
import { readSmall } from "./read-small.ts";

/** What a file held when it was read. `undefined`: there was none. */
export interface Input {
  readonly path: string;
  readonly text: string | undefined;
}

export class Stopped extends Error {
  readonly said: Failure;
  constructor(said: Failure, cause?: unknown) {
    super(said.message, { cause });
    this.said = said;
  }
}

export const naming = async <A>(path: string, task: Promise<A>): Promise<A> => {
  try {
    return await task;
  } catch (thrown) {
    throw new Stopped(notDone("written", path, thrown), thrown);
  }
};

/** Ends what was interrupted. */
export const heed = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw new Stopped(failure("cancelled", "Interrupted."));
};

/** Ends what would undo the work of somebody else. */
export const compare = async ({ path, text }: Input): Promise<void> => {
  const now = await readSmall(path);
  if (isLeft(now)) throw new Stopped(now.left);
  const what = `${path} was changed meanwhile, and not by this command; run it again.`;
  if (now.right !== text) throw new Stopped(failure("invalid_request", what));
};
