/** What an Either holds, where a test knows which side it must be. */
import type { Either } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";

export const rightOf = <A>(either: Either<unknown, A>): A => {
  if (either._tag === "Left") throw new Error(`it failed: ${JSON.stringify(either.left)}`);
  return either.right;
};

export const leftOf = <E>(either: Either<E, unknown>): E => {
  if (either._tag === "Right") throw new Error(`it succeeded: ${JSON.stringify(either.right)}`);
  return either.left;
};

export const failureOf = (either: Either<Failure, unknown>): Failure => {
  if (either._tag === "Right") throw new Error(`it succeeded: ${JSON.stringify(either.right)}`);
  return either.left;
};
