/** What an Either holds; a failure ends the benchmarks, because nothing is measured without it. */
import type { Either } from "fp-ts/lib/Either.js";

export const rightOf = <A>(either: Either<{ readonly message: string } | { readonly reason: string }, A>): A => {
  if (either._tag === "Right") return either.right;
  throw new Error("message" in either.left ? either.left.message : either.left.reason);
};
