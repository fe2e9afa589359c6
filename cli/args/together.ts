/** Several options as one argument of a command, so that what belongs together is passed on together. */
import type { Context, Parser } from "./given.ts";

type Parsers = Readonly<Record<string, Pick<Parser<unknown>, "parse" | "register" | "helpTopics">>>;
type ValueOf<P> = P extends { parse: (context: Context) => Promise<infer R> }
  ? Extract<R, { _tag: "ok" }> extends { value: infer A }
    ? A
    : never
  : never;
type Together<P extends Parsers> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** Every mistake is named, not only the first. */
export const together = <P extends Parsers>(parsers: P): Parser<Together<P>> => ({
  description: "",
  helpTopics: () => Object.values(parsers).flatMap((parser) => parser.helpTopics?.() ?? []),
  register: (registered) => {
    for (const parser of Object.values(parsers)) parser.register?.(registered);
  },
  parse: async (context) => {
    const values: Record<string, unknown> = {};
    const errors = [];
    for (const [name, parser] of Object.entries(parsers)) {
      const parsed = await parser.parse(context);
      if (parsed._tag === "ok") values[name] = parsed.value;
      else errors.push(...parsed.error.errors);
    }
    // Every parser has given its own by now.
    return errors.length > 0 ? { _tag: "error", error: { errors } } : { _tag: "ok", value: values as Together<P> };
  },
});
