/** A failure that ends the start of the playground, wherever it happens. */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { type Failure, failures } from "../../lib/contract/failure.ts";

/** Ends the start; its message is for people. */
export class CannotStart extends Error {
  readonly exit: number;
  constructor({ code, message }: Failure) {
    super(message);
    this.exit = failures[code].exit;
  }
}

export const orThrow = <A>(result: Either<Failure, A>): A => {
  if (isLeft(result)) throw new CannotStart(result.left);
  return result.right;
};
