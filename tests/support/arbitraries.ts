/**
 * Random values of the contract for fast-check: valid ones, and near misses, which find more than noise does. A generator
 * here never asks a codec, or a property would compare the codec with itself.
 */
import fc from "fast-check";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const textOf = (alphabet: string, constraints: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), ...constraints });

/** A name that follows the rule of host names and is no reserved word. */
export const anyName: fc.Arbitrary<string> = fc
  .tuple(textOf(letters, { minLength: 1, maxLength: 1 }), textOf(`${letters}_-`, { maxLength: 61 }))
  .map(([first, more]) => `${first}${more}`.replace(/[_-]+$/, ""))
  .filter((name) => !["all", "role", "responses", "discover", "build"].includes(name));

export const anyRevision: fc.Arbitrary<string> = fc
  .array(textOf(`${letters}_+@-`, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 })
  .map((parts) => `r${parts.join("/")}`);

export const anyStorePath: fc.Arbitrary<string> = fc
  .tuple(
    textOf("0123456789abcdfghijklmnpqrsvwxyz", { minLength: 32, maxLength: 32 }),
    textOf(`${letters}+._?=-`, { minLength: 1, maxLength: 40 }),
  )
  .map(([hash, name]) => `/nix/store/${hash}-${name}`);

const day: fc.Arbitrary<Date> = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
});

export const anyInstant: fc.Arbitrary<string> = day.map((date) => date.toISOString());

/** Text that a person may have typed, and text that attacks whoever reads it. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "main\n", "../x", "a..b", "-o", "--option", "main; rm -rf /", "$(id)", "`id`", "ｍain", "\u202e"),
  fc.constantFrom("x".repeat(300), "\u0000", "\u001b[2J", "😀".repeat(600), "\ud800", "*", ">", "a.>", "hd.req.a.b.c"),
);

/** A request that any host must take. */
export const anyRequest: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    action: fc.constantFrom("switch", "boot", "test", "dry-activate"),
    revision: anyRevision,
    reply_to: textOf(`${letters}_-`, { minLength: 1, maxLength: 40 }).map((token) => `deploy.responses.${token}`),
    id: anyName,
    reason: fc.string({ unit: "grapheme", maxLength: 100 }),
    expires_at: anyInstant,
    if_current: anyStorePath,
  },
  { requiredKeys: ["revision"] },
);

const anyKey = fc.oneof(
  fc.constantFrom("action", "revision", "reply_to", "id", "reason", "expires_at", "if_current"),
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "branch"),
  fc.string(),
);

/** A JSON object as its text, because `__proto__` as a key survives only there. */
const jsonOf = (entries: readonly (readonly [string, unknown])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;

/** A valid request in which something was changed, added, or doubled. */
const anyNearMiss: fc.Arbitrary<string> = fc
  .tuple(anyRequest, fc.array(fc.tuple(anyKey, fc.oneof(anyText, fc.jsonValue(), anyRevision)), { maxLength: 3 }))
  .map(([request, changes]) => jsonOf([...Object.entries(request), ...changes]));

const anyBytes: fc.Arbitrary<string> = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => new TextDecoder().decode(bytes));

/** The body of a message from anyone at all. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: anyBytes },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: anyText },
  { weight: 2, arbitrary: anyRequest.map((request) => JSON.stringify(request)) },
  { weight: 5, arbitrary: anyNearMiss },
);

/** A subject template: of valid parts, of parts that only look like it, or of noise. */
export const anyTemplate: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom("<hostname>", "<tier>", "<role>", "all", "role", "x-<role>"), anyName), {
      minLength: 1,
      maxLength: 6,
    })
    .map((tokens) => ["deploy", ...tokens].join(".")),
  fc
    .array(fc.oneof(fc.constantFrom("<", ">", "<>", "<Role>", "<<tier>>", ".", "*", ">", "$&", "deploy."), anyText), {
      maxLength: 6,
    })
    .map((parts) => parts.join("")),
  fc.constantFrom("deploy.<tier>.<hostname>", "deploy.<tier>.all", "deploy.<tier>.role.<role>"),
);
