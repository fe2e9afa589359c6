/**
 * Tells of so many records within a time, once for each so many. They are counted in the log, between the last alert of the
 * rule and the record at hand, so that it does not matter who looked at which of them, nor in which order.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { logCursor, readOn } from "../log-cursor.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { seqAt } from "../seq-at.ts";
import type { FiredRecord } from "./alert-record.ts";
import { aboutOf, draftOf, portionOf } from "./details.ts";
import { fireOnce, type Left } from "./fire-once.ts";
import type { JudgeEnv, RecordRule, Verdict } from "./judge-env.ts";
import { isMatch } from "./match.ts";
import { titleOfTimes } from "./titles.ts";

export type TimesRule = RecordRule & { readonly when: { readonly times: object } };

export const hasTimes = (rule: RecordRule): rule is TimesRule => rule.when.times !== undefined;

const only = <A extends string>(list: readonly A[] | undefined): A | "*" =>
  list?.length === 1 ? (list[0] ?? "*") : "*";

/** Where the records stand that it may be about. */
const filterOf = ({ when: { tier, host, status } }: TimesRule): string =>
  `hd.res.${only(tier)}.${only(host)}.${only(status)}`;

/** Where to begin: behind what was told, and where the time begins, unless that is certainly before. */
const beginning = async (
  { log }: JudgeEnv,
  last: FiredRecord | undefined,
  sinceMs: number,
): Promise<Either<Failure, number>> => {
  const untold = (last?.alert.as_of ?? 0) + 1;
  if (last !== undefined && last.atMs >= sinceMs) return right(untold);
  const start = await seqAt(log, sinceMs)();
  return isLeft(start) ? start : right(Math.max(untold, start.right));
};

const counted = async (env: JudgeEnv, rule: TimesRule, record: ResponseRecord, last: FiredRecord | undefined) => {
  const sinceMs = record.atMs - rule.when.times.withinMs;
  const from = await beginning(env, last, sinceMs);
  if (isLeft(from)) return from;
  const found: ResponseRecord[] = [];
  const cursor = logCursor(env.log, filterOf(rule), { from: from.right, to: record.seq + 1 });
  const read = await readOn(cursor, (stored) => {
    const one = readRecord(stored);
    if (one.kind === "response" && one.atMs > sinceMs && isMatch(rule.when, one, env.rolesOf)) found.push(one);
    return true;
  });
  return isLeft(read) ? read : right(found);
};

export interface Occurrence {
  readonly rule: TimesRule;
  readonly record: ResponseRecord;
  readonly request: RequestRecord | undefined;
}

export const tellTimes = (env: JudgeEnv, { rule, record, request }: Occurrence): Promise<Verdict> => {
  const { count, withinMs } = rule.when.times;
  const left = async (last: FiredRecord | undefined): Promise<Either<Failure, Left>> => {
    if ((last?.alert.as_of ?? 0) >= record.seq) return right(0);
    const found = await counted(env, rule, record, last);
    if (isLeft(found)) return found;
    if (found.right.length < count) return right(0);
    const told = portionOf(found.right.map((one) => ({ record: one, recovered: false })));
    const title = titleOfTimes(found.right, withinMs);
    return right(draftOf({ kind: "firing", title, about: aboutOf(record, request), as_of: record.seq }, told));
  };
  return fireOnce(env, { rule, key: "times", left });
};
