/** Which rows the words of the command line mean: those that are named, or all of them. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Row } from "./row.ts";

export interface Choice<R> {
  readonly rows: readonly R[];
  readonly json: boolean;
}

/** Left: a sentence that names the rows there are. */
export const choose = <R extends Pick<Row, "name">>(
  words: readonly string[],
  rows: readonly R[],
): Either<string, Choice<R>> => {
  const names = words.filter((word) => word !== "--json");
  const unknown = names.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) {
    const known = rows.map(({ name }) => name).join(", ");
    return left(`There is no benchmark ${unknown.join(" or ")}. There are: ${known}; and --json for programs.`);
  }
  return right({
    rows: names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name)),
    json: words.includes("--json"),
  });
};
