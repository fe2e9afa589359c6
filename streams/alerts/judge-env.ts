/** What a judge of records is given, and what it says of a record: settled, or when it has to be looked at again. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { RecordCondition, Rule } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Logger, LogReader } from "../../lib/router/ports.ts";
import type { FireEnv } from "./fire.ts";
import type { RolesOf } from "./match.ts";

/** `now` is held against the times of the log, so it has to be the log's clock. */
export interface JudgeEnv extends FireEnv {
  readonly log: LogReader;
  readonly rules: readonly Rule[];
  readonly rolesOf: RolesOf;
  readonly logger: Pick<Logger, "warn" | "error">;
}

export type RecordRule = Rule & { readonly when: RecordCondition };

/** Those that look at records; what is missing nobody finds in one. */
export const recordRules = (rules: readonly Rule[]): readonly RecordRule[] =>
  rules.filter((rule): rule is RecordRule => rule.when.kind === "record");

/** In how many milliseconds the record has to be looked at again; 0: all is told. */
export type Verdict = Either<Failure, number>;

/** Of several: a failure, if there is one; else the first that is due. */
export const soonest = (verdicts: readonly Verdict[]): Verdict => {
  const failed = verdicts.find(isLeft);
  if (failed !== undefined) return failed;
  const waits = verdicts.flatMap((verdict) => (isLeft(verdict) || verdict.right === 0 ? [] : verdict.right));
  return right(waits.length === 0 ? 0 : Math.min(...waits));
};
