/** Refusals with what would have been right: a model does not see what a person sees, so the names are in the answer. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { distance } from "../../lib/contract/distance.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { plain } from "../../lib/contract/plain.ts";
import { type Choosable, chosen } from "../work/chosen.ts";
import type { ToolOptions } from "./options.ts";
import type { ToolFailure } from "./tool.ts";

/** More than that helps nobody. */
const most = 20;

const shownLength = 80;

/** The nearest first. */
const nearestOf = (word: string, all: readonly string[]): readonly string[] =>
  [...new Set(all)]
    .map((one) => ({ one, off: distance(word, one) }))
    .sort((a, b) => a.off - b.off)
    .slice(0, most)
    .map(({ one }) => one);

export const wrongArgument = (message: string, hint?: string): ToolFailure => ({
  code: "invalid_request",
  message,
  hint,
});

/** A name of a kind that nothing has. */
export const unknownName = (kind: string, word: string, all: readonly string[], hint: string): ToolFailure => ({
  code: "unknown_target",
  message: `There is no ${kind} ${plain(word, shownLength)}.`,
  hint,
  known: nearestOf(word, all),
});

/** One of the names that things have, if one is given. */
export const oneOf = <A extends string>(
  kind: string,
  word: A | undefined,
  all: readonly (A | undefined)[],
): ToolFailure | undefined =>
  word === undefined || all.includes(word)
    ? undefined
    : unknownName(
        kind,
        word,
        all.filter((one) => one !== undefined),
        "Give one of those that are known, or leave it out.",
      );

const named = ({ host, tier }: Choosable): string => (tier === undefined ? host : `${tier}/${host}`);

const withNames = (failure: Failure, word: string, all: readonly Choosable[]): ToolFailure => ({
  ...failure,
  hint: "Give one of those that are known; hosts_list has all.",
  known: nearestOf(
    word,
    all.flatMap((one) => [one.host, named(one)]),
  ),
});

/** The hosts that the words mean: see cli/work/chosen.ts. */
export const hostsBy = <A extends Choosable>(
  all: readonly A[],
  words: readonly string[],
  { env, repeated }: ToolOptions,
): Either<ToolFailure, readonly A[]> => {
  const meant = chosen(all, words, env, repeated);
  if (!isLeft(meant)) return meant;
  const wrong = words.find((word) => isLeft(chosen(all, [word], env, repeated))) ?? "";
  return left(withNames(meant.left, wrong, all));
};

/** The one host that a word means. */
export const hostBy = <A extends Choosable & { readonly host: HostName }>(
  all: readonly A[],
  word: string,
  options: ToolOptions,
): Either<ToolFailure, A> => {
  const meant = hostsBy(all, [word], options);
  if (isLeft(meant)) return meant;
  const [one, ...more] = meant.right;
  if (one !== undefined && more.length === 0) return right(one);
  return left({
    code: "invalid_request",
    message: `${plain(word, shownLength)} means ${meant.right.length} hosts, and this is about one.`,
    hint: "Give one of those that are known.",
    known: meant.right.slice(0, most).map(named),
  });
};
