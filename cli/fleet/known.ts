/** Finds who a command names in a fleet; a name that is not there may be a mistyped one. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { nearest } from "../work/nearest.ts";

export const notIn = (what: string, name: string, known: readonly string[]): Failure => {
  const near = nearest(name, known, 2);
  const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  return failure("invalid_request", `Nothing was changed: there is no ${what} ${name} in the fleet.${hint}`);
};

export const found = <A>(
  all: readonly A[],
  nameOf: (one: A) => string,
  what: string,
  name: string,
): Either<Failure, A> => {
  const one = all.find((each) => nameOf(each) === name);
  return one === undefined ? left(notIn(what, name, all.map(nameOf))) : right(one);
};
