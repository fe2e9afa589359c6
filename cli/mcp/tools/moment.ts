/** Moments as arguments of tools: what a person may write on the command line, a model may write here. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { prose } from "../../../lib/contract/codec.ts";
import type { ArgType } from "../../args/arg-type.ts";
import { wrongArgument } from "../refuse.ts";
import type { ToolFailure } from "../tool.ts";

export const Moment = prose("Moment", 60);

export const momentForms =
  "RFC 3339, 2026-01-31 14:00 (UTC), 2h ago, 7d, or yesterday 14:00 (of the server's time zone)";

/** `undefined`: none is given. */
export const momentOf = (
  name: string,
  text: string | undefined,
  { parse }: ArgType<number>,
): Either<ToolFailure, number | undefined> => {
  if (text === undefined) return right(undefined);
  const atMs = parse(text);
  return isLeft(atMs) ? left(wrongArgument(`${name} ${atMs.left}.`)) : atMs;
};
