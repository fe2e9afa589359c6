/**
 * The closed set of constructors for values on the wire. Each makes decoder, sentence and JSON Schema together, so that
 * they cannot drift apart: never write a schema beside a codec by hand. The decoders are io-ts types; the sentence says
 * what a value must be, as a clause that fits after "must be".
 */
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import * as t from "io-ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Codec<A> {
  readonly name: string;
  readonly sentence: string;
  readonly type: t.Decoder<unknown, A>;
  readonly schema: JsonSchema;
}

/** A string that was checked; `N` keeps a host name from being used as a store path. */
export type Text<N extends string> = string & { readonly __text: N };

const typed = <A>(name: string, sentence: string, is: (u: unknown) => u is A): t.Decoder<unknown, A> =>
  new t.Type(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c, `must be ${sentence}`)), t.identity);

export interface TextRule {
  readonly pattern: RegExp;
  /** In characters, as JSON Schema counts them, not in UTF-16 units. */
  readonly maxLength: number;
  readonly sentence: string;
}

/** Never counts the characters of a text that is too long in any case. */
const isWithin = (value: string, maxLength: number): boolean =>
  value.length <= maxLength || (value.length <= 2 * maxLength && [...value].length <= maxLength);

/** Text by a pattern that is anchored at both ends; the pattern also goes into the JSON Schema. */
export const text = <N extends string>(name: N, { pattern, maxLength, sentence }: TextRule): Codec<Text<N>> => ({
  name,
  sentence,
  type: typed(name, sentence, (u): u is Text<N> => typeof u === "string" && isWithin(u, maxLength) && pattern.test(u)),
  schema: { type: "string", pattern: pattern.source, maxLength },
});

/**
 * Free text for people. Line feeds and tabs are kept, other control characters refused: they would drive a terminal. Half a
 * surrogate pair is refused too: UTF-8 has no form for it.
 */
export const prose = (name: string, maxLength: number): Codec<string> =>
  text(name, {
    pattern: /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u,
    maxLength,
    sentence: `text of at most ${maxLength} characters without control characters`,
  });

export const choice = <const C extends readonly [string, ...string[]]>(name: string, choices: C): Codec<C[number]> => {
  const sentence = `one of ${choices.join(", ")}`;
  return {
    name,
    sentence,
    type: typed(name, sentence, (u): u is C[number] => typeof u === "string" && choices.includes(u)),
    schema: { type: "string", enum: choices },
  };
};

export const integer = (name: string, minimum: number, maximum: number): Codec<number> => {
  const sentence = `a whole number from ${minimum} to ${maximum}`;
  const within = (u: unknown): u is number => Number.isInteger(u) && Number(u) >= minimum && Number(u) <= maximum;
  return { name, sentence, type: typed(name, sentence, within), schema: { type: "integer", minimum, maximum } };
};

export const toggle = (name: string): Codec<boolean> => ({
  name,
  sentence: "true or false",
  type: typed(name, "true or false", (u): u is boolean => typeof u === "boolean"),
  schema: { type: "boolean" },
});

export const nullable = <A>(inner: Codec<A>): Codec<A | null> => {
  const sentence = `${inner.sentence}, or null`;
  const is = (u: unknown): u is A | null => u === null || isRight(inner.type.decode(u));
  return {
    name: `${inner.name}?`,
    sentence,
    type: typed(inner.name, sentence, is),
    schema: { anyOf: [inner.schema, { type: "null" }] },
  };
};

export const list = <A>(inner: Codec<A>, maxItems: number): Codec<readonly A[]> => {
  const sentence = `a list of at most ${maxItems}, each ${inner.sentence}`;
  const is = (u: unknown): u is readonly A[] =>
    // Spread, because `every` passes over a hole.
    Array.isArray(u) && u.length <= maxItems && [...u].every((item) => isRight(inner.type.decode(item)));
  return {
    name: `${inner.name}[]`,
    sentence,
    type: typed(`${inner.name}[]`, sentence, is),
    schema: { type: "array", items: inner.schema, maxItems },
  };
};

/** Every reason why a decode failed, each as `path: must be …`, in the order of the fields. */
export const reasons = (errors: t.Errors): readonly string[] =>
  errors.map(({ context, message }) => {
    const path = context
      .map(({ key }) => key)
      .filter((key) => key !== "")
      .join(".");
    return path === "" ? (message ?? "is not valid") : `${path}: ${message ?? "is not valid"}`;
  });

/** The value if it fits the codec; `undefined` if not. For reading what may be absent, never for refusing. */
export const read = <A>(codec: Codec<A>, value: unknown): A | undefined => {
  const result = codec.type.decode(value);
  return isLeft(result) ? undefined : result.right;
};
