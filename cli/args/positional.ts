/** Words that are no option. */
import { positional as plainPositional, restPositionals, type Type } from "cmd-ts";
import { isLeft } from "fp-ts/lib/Either.js";
import type { ArgType } from "./arg-type.ts";

const cmdType = <A>({ name, parse }: ArgType<A>): Type<string, A> => ({
  displayName: name,
  from: async (text) => {
    const value = parse(text);
    if (isLeft(value)) throw new Error(`<${name}> ${value.left}`);
    return value.right;
  },
});

const topic = (usage: string, description: string) => [{ category: "arguments", usage, description, defaults: [] }];

const missing = (message: string) => ({ _tag: "error" as const, error: { errors: [{ nodes: [], message }] } });

export const positional = <A>(type: ArgType<A>, about: string): ReturnType<typeof plainPositional<Type<string, A>>> => {
  const inner = plainPositional({ type: cmdType(type) });
  return {
    ...inner,
    helpTopics: () => topic(`<${type.name}>`, about),
    parse: async (context) => {
      const words = context.nodes.filter(
        (node) => node.type === "positionalArgument" && !context.visitedNodes.has(node),
      );
      return words.length === 0 ? missing(`<${type.name}> is missing`) : inner.parse(context);
    },
  };
};

/** One or more. */
export const positionals = <A>(
  type: ArgType<A>,
  about: string,
): ReturnType<typeof restPositionals<Type<string, A>>> => {
  const inner = restPositionals({ type: cmdType(type) });
  return {
    ...inner,
    helpTopics: () => topic(`<${type.name}>…`, about),
    parse: async (context) => {
      const parsed = await inner.parse(context);
      if (parsed._tag === "error" || parsed.value.length > 0) return parsed;
      return missing(`<${type.name}> is missing; give one or more`);
    },
  };
};

/** Any number, or none. */
export const maybePositionals = <A>(
  type: ArgType<A>,
  about: string,
): ReturnType<typeof restPositionals<Type<string, A>>> => ({
  ...restPositionals({ type: cmdType(type) }),
  helpTopics: () => topic(`[${type.name}]…`, about),
});

/** One that may be left out. */
export const maybePositional = <A>(
  type: ArgType<A>,
  about: string,
): ReturnType<typeof plainPositional<Type<string, A | undefined>>> => ({
  ...plainPositional({ type: { ...cmdType<A | undefined>(type), defaultValue: () => undefined } }),
  helpTopics: () => topic(`[${type.name}]`, about),
});
