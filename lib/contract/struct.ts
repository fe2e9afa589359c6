/**
 * Objects on the wire, made of fields. A struct decodes in two ways, and mixing them up is a fault: `strict` for what we
 * build or a person typed (an unknown key is a misspelt option and refused), `lenient` for what a peer sent (an unknown
 * key belongs to a newer version and is ignored).
 */
import { type Either, isLeft, isRight, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { type Codec, type JsonSchema, reasons } from "./codec.ts";
import { plain } from "./plain.ts";

export type Presence = "required" | "optional" | "defaulted";

export interface Field<A = unknown, P extends Presence = Presence> {
  readonly codec: Codec<A>;
  readonly presence: P;
  /** What the field means, for help, tool schemas and docs. */
  readonly sentence: string;
  readonly fallback?: A;
}

export type Fields = Readonly<Record<string, Field>>;

export const required = <A>(codec: Codec<A>, sentence: string): Field<A, "required"> => ({
  codec,
  presence: "required",
  sentence,
});
export const optional = <A>(codec: Codec<A>, sentence: string): Field<A, "optional"> => ({
  codec,
  presence: "optional",
  sentence,
});
export const defaulted = <A>(codec: Codec<A>, fallback: NoInfer<A>, sentence: string): Field<A, "defaulted"> => ({
  codec,
  presence: "defaulted",
  sentence,
  fallback,
});

type ValueOf<F> = F extends Field<infer A> ? A : never;
type KeysWith<F extends Fields, P extends Presence> = {
  [K in keyof F]: F[K]["presence"] extends P ? K : never;
}[keyof F];
type Flat<T> = { readonly [K in keyof T]: T[K] };

/** What a decoded value has: defaults are filled in. */
export type Decoded<F extends Fields> = Flat<
  { [K in KeysWith<F, "required" | "defaulted">]: ValueOf<F[K]> } & { [K in KeysWith<F, "optional">]?: ValueOf<F[K]> }
>;

/** What a caller has to give: what has a default may be left out. */
export type Args<F extends Fields> = Flat<
  { [K in KeysWith<F, "required">]: ValueOf<F[K]> } & { [K in KeysWith<F, "optional" | "defaulted">]?: ValueOf<F[K]> }
>;

export interface Struct<F extends Fields> {
  readonly name: string;
  readonly fields: F;
  readonly schema: JsonSchema;
  /** Refuses unknown keys. Left: every reason, as `field: must be …`. */
  readonly strict: (value: unknown) => Either<readonly string[], Decoded<F>>;
  /** Ignores unknown keys. Left: every reason, as `field: must be …`. */
  readonly lenient: (value: unknown) => Either<readonly string[], Decoded<F>>;
}

/** A field's value, or why it has none that fits; `undefined` for an optional field that is not there. */
type Reading = Either<string, unknown> | undefined;

const nowhere: t.Context = [];

const readField = (key: string, field: Field, given: unknown): Reading => {
  if (given === undefined) {
    if (field.presence === "required") return left(`${key}: is missing; must be ${field.codec.sentence}`);
    return field.presence === "defaulted" ? right(field.fallback) : undefined;
  }
  // Where it is in the object only a refusal tells, and nearly all is well.
  const plainly = field.codec.type.validate(given, nowhere);
  if (!isLeft(plainly)) return plainly;
  const context: t.Context = [{ key, type: field.codec.type, actual: given }];
  const result = field.codec.type.validate(given, context);
  return isLeft(result) ? left(reasons(result.left).join("; ")) : result;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How much of an unknown key a refusal repeats. */
const shownKey = 60;

const strangers = (fields: Fields, value: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(value)
    .filter((key) => !Object.hasOwn(fields, key))
    .map((key) => `${plain(key, shownKey)}: is not a field; known are ${Object.keys(fields).join(", ")}`);

const readFields = (fields: readonly (readonly [string, Field])[], value: Readonly<Record<string, unknown>>) => {
  const wrong: string[] = [];
  const found: Record<string, unknown> = {};
  for (const [key, field] of fields) {
    const reading = readField(key, field, Object.hasOwn(value, key) ? value[key] : undefined);
    if (reading === undefined) continue;
    if (isLeft(reading)) wrong.push(reading.left);
    else found[key] = reading.right;
  }
  return { wrong, found };
};

const decoder = <F extends Fields>(fields: F, refuseUnknown: boolean) => {
  const entries = Object.entries(fields);
  return (value: unknown): Either<readonly string[], Decoded<F>> => {
    if (!isRecord(value)) return left(["must be a JSON object"]);
    const { wrong, found } = readFields(entries, value);
    const all = refuseUnknown ? [...strangers(fields, value), ...wrong] : wrong;
    // readFields filled exactly the keys that the field types promise.
    return all.length > 0 ? left(all) : right(found as Decoded<F>);
  };
};

const describe = ({ codec, sentence, presence, fallback }: Field): JsonSchema => ({
  ...codec.schema,
  description: sentence,
  ...(presence === "defaulted" ? { default: fallback } : {}),
});

export const struct = <const F extends Fields>(name: string, fields: F): Struct<F> => ({
  name,
  fields,
  strict: decoder(fields, true),
  lenient: decoder(fields, false),
  schema: {
    type: "object",
    properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, describe(field)])),
    required: Object.entries(fields)
      .filter(([, field]) => field.presence === "required")
      .map(([key]) => key),
    additionalProperties: false,
  },
});

/** An object as the value of a field. Unknown keys in it are ignored, whoever sent it. */
export const object = <F extends Fields>({ name, lenient, schema }: Struct<F>): Codec<Decoded<F>> => {
  const sentence = `a ${name}`;
  return {
    name,
    sentence,
    type: new t.Type<Decoded<F>, Decoded<F>, unknown>(
      name,
      (value): value is Decoded<F> => isRight(lenient(value)),
      (value, context) => {
        const decoded = lenient(value);
        return isLeft(decoded)
          ? t.failure(value, context, `must be ${sentence}: ${decoded.left.join(". ")}`)
          : t.success(decoded.right);
      },
      t.identity,
    ),
    schema,
  };
};
