/**
 * What a word on the command line may be, with the name it has in the help. Left is the sentence that the user reads; it
 * fits after the word itself.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Codec } from "../../lib/contract/codec.ts";
import { plain } from "../../lib/contract/plain.ts";

/** How much of a wrong word is repeated. */
const shownLength = 60;

export interface ArgType<A> {
  readonly name: string;
  readonly parse: (text: string) => Either<string, A>;
}

/** Text that a codec of the contract accepts. */
export const textArg = <A>(name: string, codec: Codec<A>): ArgType<A> => ({
  name,
  parse: (text) => {
    const result = codec.type.decode(text);
    return isLeft(result)
      ? left(`must be ${codec.sentence}; it is "${plain(text, shownLength)}"`)
      : right(result.right);
  },
});

/** A number that a codec of the contract accepts. */
export const numberArg = (name: string, codec: Codec<number>): ArgType<number> => ({
  name,
  parse: (text) => {
    const result = codec.type.decode(/^-?\d+$/.test(text) ? Number(text) : text);
    return isLeft(result) ? left(`must be ${codec.sentence}`) : right(result.right);
  },
});

/** Text that is somebody else's to check. */
export const plainArg = (name: string): ArgType<string> => ({
  name,
  parse: (text) => (text === "" ? left("must not be empty") : right(text)),
});
