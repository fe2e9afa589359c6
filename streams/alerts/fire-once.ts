/**
 * Fires what is left to tell of a thing, whoever else does the same at this moment: where another alert came in between, what is
 * left is asked again. It ends when nothing is.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Rule } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { FiredRecord } from "./alert-record.ts";
import { type Draft, type FireEnv, fire, lastFired } from "./fire.ts";

/** A draft; or in how many milliseconds to ask again, 0 for: nothing is left. */
export type Left = Draft | number;

export interface Telling {
  readonly rule: Rule;
  readonly key: string;
  /** What is left after the last alert on the subject. */
  readonly left: (last: FiredRecord | undefined) => Promise<Either<Failure, Left>>;
}

type Try = Promise<Either<Failure, number | "again">>;

/** Whether it was written or another one came first: what is left now is asked again, for not all may fit into one alert. */
const fireOne = async (env: FireEnv, { rule, key, left }: Telling): Try => {
  const last = await lastFired(env, rule, key)();
  if (isLeft(last)) return last;
  const draft = await left(last.right);
  if (isLeft(draft)) return draft;
  if (typeof draft.right === "number") return right(draft.right);
  const fired = await fire(env, rule, { key, last: last.right, draft: draft.right })();
  return isLeft(fired) ? fired : right("again");
};

/** Who never comes first waits for the next delivery. */
const mostTries = 8;
const againMs = 1_000;

export const fireOnce = async (env: FireEnv, telling: Telling): Promise<Either<Failure, number>> => {
  for (let n = 0; n < mostTries; n++) {
    const tried = await fireOne(env, telling);
    if (isLeft(tried)) return tried;
    if (tried.right !== "again") return right(tried.right);
  }
  return right(againMs);
};
