/**
 * Options as commands declare them. An option without a value is an error, never its default, and the environment is the
 * one that the command was given.
 */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { Environment } from "../../lib/contract/alias.ts";
import { holdsSeed } from "../../lib/contract/scrub.ts";
import type { ArgType } from "./arg-type.ts";
import { type Given, given, lacksValue, type Named, type OptionNode, type Parser } from "./given.ts";

export interface OptionSpec<A> extends Named {
  readonly type: ArgType<A>;
  /** A clause for the help, without a full stop. */
  readonly about: string;
  /** The default, as the help shows it. */
  readonly shown?: string;
  readonly hidden?: boolean;
  /** Options that most commands have stand in a section of their own. */
  readonly section?: "options" | "connection";
}

/** Left: what is wrong with the option as a whole. */
type Decide<A, B> = (values: readonly A[], source: string) => Either<string, B>;

const failed = (nodes: OptionNode[], message: string) => ({
  _tag: "error" as const,
  error: { errors: [{ nodes, message }] },
});

const topic = <A>({ long, short, type, about, env = [], shown, section = "options" }: OptionSpec<A>) => ({
  category: section,
  usage: `${short === undefined ? "    " : `-${short}, `}--${long} <${type.name}>`,
  description: about,
  defaults: [
    ...(shown === undefined ? [] : [`default: ${shown}`]),
    ...(env.length === 0 ? [] : [`env: ${env.join(", ")}`]),
  ],
});

/** On a command line and in a variable others can read it, and no option takes one. */
const seedGiven =
  "is given a seed itself, which is a secret: write it to a file of mode 0600 and name that file with --nkey-file";

const valuesOf = <A>({ values, source }: Given, { parse }: ArgType<A>): Either<string, readonly A[]> => {
  const parsed: A[] = [];
  for (const text of values) {
    if (holdsSeed(text)) return left(`${source} ${seedGiven}`);
    const value = parse(text);
    if (isLeft(value)) return left(`${source} ${value.left}`);
    parsed.push(value.right);
  }
  return right(parsed);
};

const parser = <A, B>(env: Environment, spec: OptionSpec<A>, decide: Decide<A, B>, separator?: string): Parser<B> => ({
  description: spec.about,
  helpTopics: () => (spec.hidden === true ? [] : [topic(spec)]),
  register: (registered) => {
    registered.forceOptionLongNames.add(spec.long);
    if (spec.short !== undefined) registered.forceOptionShortNames.add(spec.short);
  },
  parse: async (context) => {
    const found = given(context, env, spec);
    const lacking = found.nodes.filter(lacksValue);
    if (lacking.length > 0) {
      return failed(lacking, `--${spec.long} needs a value (one that begins with "-": --${spec.long}=-x)`);
    }
    const texts = separator === undefined ? found.values : found.values.flatMap((value) => value.split(separator));
    const values = valuesOf({ ...found, values: texts }, spec.type);
    const decided = isLeft(values) ? values : decide(values.right, found.source);
    return isLeft(decided) ? failed(found.nodes, decided.left) : { _tag: "ok", value: decided.right };
  },
});

const single =
  <A, B>(absent: (source: string) => Either<string, B>): Decide<A, A | B> =>
  ([value, ...more], source) => {
    if (more.length > 0) return left(`${source} is given ${more.length + 1} times; give it once`);
    return value === undefined ? absent(source) : right(value);
  };

/** An option that may be left out. */
export const optional = <A>(env: Environment, spec: OptionSpec<A>): Parser<A | undefined> =>
  parser(
    env,
    spec,
    single(() => right(undefined)),
  );

/** A value with what gave it: the option or the variable. */
export interface Sourced<A> {
  readonly value: A;
  readonly from: string;
}

/** Said on the command line, and not by a variable. */
export const isOption = (from: string): boolean => from.startsWith("--");

/** `optional`, for values that are weighed against each other by where they come from. */
export const sourced = <A>(env: Environment, spec: OptionSpec<A>): Parser<Sourced<A> | undefined> =>
  parser(env, spec, (values: readonly A[], from) =>
    map((value: A | undefined) => (value === undefined ? undefined : { value, from }))(
      single<A, undefined>(() => right(undefined))(values, from),
    ),
  );

/** `many`, with what gave them; none is `undefined`. */
export const manySourced = <A>(env: Environment, spec: OptionSpec<A>): Parser<Sourced<readonly A[]> | undefined> =>
  parser(env, spec, (value: readonly A[], from) => right(value.length === 0 ? undefined : { value, from }), ",");

/** An option with a default, which is worked out only when it is needed. Left: why there is none. */
export const defaulted = <A>(env: Environment, spec: OptionSpec<A>, fallback: () => Either<string, A>): Parser<A> =>
  parser(env, spec, single<A, A>(fallback));

export const required = <A>(env: Environment, spec: OptionSpec<A>): Parser<A> => {
  const instead = (spec.env ?? []).length === 0 ? "" : `, or set ${(spec.env ?? []).join(" or ")}`;
  return defaulted(env, spec, () =>
    left(`--${spec.long} is missing; give --${spec.long} <${spec.type.name}>${instead}`),
  );
};

/** An option that may be repeated, or hold a list. */
export const many = <A>(env: Environment, spec: OptionSpec<A>, separator = ","): Parser<readonly A[]> =>
  parser(env, spec, right, separator);
