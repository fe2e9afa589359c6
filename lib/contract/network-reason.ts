/** Why a connection failed. Node tries every address of a name and then throws an error that has no text of its own; fetch hides the reason. */
import { causeOf } from "./cause-of.ts";
import { scrub } from "./scrub.ts";

const innermost = (error: unknown): unknown => {
  if (error instanceof AggregateError) return error.errors[0];
  return error instanceof TypeError && error.cause !== undefined ? innermost(error.cause) : error;
};

export const reasonOf = (error: unknown): string => scrub(causeOf(innermost(error)));
