/**
 * Tells of so many records within a time, at most once within it: a host may reject a thousand. They are counted in the log,
 * between the last alert of the rule and the record at hand, so that it does not matter who looked at which of them, nor in which order.
 */

import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Place } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { logCursor, readOn } from "../log-cursor.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { seqAt } from "../seq-at.ts";
import type { FiredRecord } from "./alert-record.ts";
import { aboutOf, draftOf, portionOf } from "./details.ts";
import type { Draft } from "./fire.ts";
import { fireOnce, type Left } from "./fire-once.ts";
import type { JudgeEnv, RecordRule, Told } from "./judge-env.ts";
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

/** Whether the last alert is so fresh that no other one is due, by the times of the log: it may have been told late. */
const isFresh = async (
  { log }: JudgeEnv,
  last: FiredRecord | undefined,
  sinceMs: number,
): Promise<Either<Failure, boolean>> => {
  if (last === undefined || last.atMs <= sinceMs) return right(false);
  const told = await log.next(last.alert.as_of, "hd.res.>")();
  return isLeft(told) ? told : right(told.right !== undefined && told.right.atMs > sinceMs);
};

const counted = async (env: JudgeEnv, rule: TimesRule, record: ResponseRecord, last: FiredRecord | undefined) => {
  const sinceMs = record.atMs - rule.when.times.withinMs;
  const fresh = await isFresh(env, last, sinceMs);
  if (isLeft(fresh)) return fresh;
  if (fresh.right) return right([]);
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

/** Only where all of them are of one request. */
const aboutAll = ({ request }: Occurrence, found: readonly ResponseRecord[]): Draft["about"] | undefined => {
  const [first, ...others] = found;
  const isOne = first !== undefined && others.every(({ event }) => event.request_seq === first.event.request_seq);
  return isOne ? aboutOf(first, request) : undefined;
};

const draftOfTimes = (of: Occurrence, found: readonly ResponseRecord[]): Draft => {
  const title = titleOfTimes(found, of.rule.when.times.withinMs);
  const told = portionOf(found.map((record) => ({ record, recovered: false })));
  return draftOf({ kind: "firing", title, about: aboutAll(of, found), as_of: of.record.seq }, told);
};

/** The hosts that were told of, as far as the record is among what was told. */
export const tellTimes = async (env: JudgeEnv, of: Occurrence): Promise<Either<Failure, Told>> => {
  const { rule, record } = of;
  const places = new Set<Place>();
  const tellOf = (alert: Pick<Draft, "hosts">): void => {
    for (const place of alert.hosts) places.add(place);
  };
  const left = async (last: FiredRecord | undefined): Promise<Either<Failure, Left>> => {
    if (last !== undefined && last.alert.as_of >= record.seq) {
      tellOf(last.alert);
      return right(0);
    }
    const found = await counted(env, rule, record, last);
    if (isLeft(found)) return found;
    if (found.right.length < rule.when.times.count) return right(0);
    const draft = draftOfTimes(of, found.right);
    tellOf(draft);
    return right(draft);
  };
  const waitMs = await fireOnce(env, { rule, key: "times", left });
  return isLeft(waitMs) ? waitMs : right({ waitMs: waitMs.right, places: [...places] });
};
