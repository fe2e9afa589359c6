/** Why a connection failed. Node tries every address of a name and then throws an error that has no text of its own. */
import { causeOf } from "../contract/cause-of.ts";
import { scrub } from "../contract/scrub.ts";

export const reasonOf = (error: unknown): string => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return scrub(causeOf(first));
};
