/** A failure code with its meaning, as far as our table has it: a newer peer may send one that it has not. */
import { type FailureEntry, failures, isFailureCode } from "../../lib/contract/failure.ts";

export const entryOf = (code: string | null | undefined): FailureEntry | undefined =>
  code != null && isFailureCode(code) ? failures[code] : undefined;

export const explained = (code: string | null | undefined): string => {
  const meaning = entryOf(code)?.meaning;
  return `${code ?? "no code"}${meaning === undefined ? "" : ` (${meaning})`}`;
};
