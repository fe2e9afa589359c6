/** Which revision is meant, in the word of this tool or of the original, which called it a branch. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { CliEnv } from "../env.ts";
import { plainArg } from "./arg-type.ts";
import { optional } from "./option.ts";

export const revisionArgs = ({ env }: CliEnv, about: string) => ({
  revision: optional(env, { long: "revision", short: "r", type: plainArg("revision"), about, shown: "main" }),
  branch: optional(env, { long: "branch", type: plainArg("revision"), about: "the same as --revision" }),
});

export const revisionOf = (revision: string | undefined, branch: string | undefined): Either<Failure, string> => {
  if (revision === undefined || branch === undefined) return right(revision ?? branch ?? "main");
  return left(failure("invalid_request", "--revision and --branch mean the same; give one of them."));
};
