/**
 * Tells of a record that a rule is about. One that was asked of one host is an alert by itself, at once; those of a rollout wait
 * for each other and are one. What was told stands in the stream of alerts: of a rollout, all up to the `as_of` of its newest.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { RequestRecord, ResponseRecord } from "../records.ts";
import type { FiredRecord } from "./alert-record.ts";
import { aboutOf, draftOf, mostHosts, portionOf, type Told } from "./details.ts";
import { type Draft, fire } from "./fire.ts";
import { fireOnce } from "./fire-once.ts";
import type { JudgeEnv, RecordRule, Verdict } from "./judge-env.ts";
import { isMatch } from "./match.ts";
import type { Rollout, Rollouts } from "./rollouts.ts";
import { titleOfMany, titleOfOne } from "./titles.ts";
import { waitOf } from "./wait-of.ts";

/** Whether it is the first to tell of it or somebody was before, it is told. */
export const tellAlone = async (
  env: JudgeEnv,
  rule: RecordRule,
  record: ResponseRecord,
  request: RequestRecord | undefined,
): Promise<Verdict> => {
  const frame = { kind: "firing" as const, title: titleOfOne(record), about: aboutOf(record, request) };
  const draft = draftOf({ ...frame, as_of: record.seq }, [{ record, recovered: false }]);
  const fired = await fire(env, rule, { key: `s${record.seq}`, last: undefined, draft })();
  return isLeft(fired) ? fired : right(0);
};

export interface Member {
  readonly rule: RecordRule;
  readonly record: ResponseRecord;
  readonly request: RequestRecord;
}

/** What is left of a rollout; of the record at hand as it was handed over, for it is whole. */
const untold = ({ rule, record }: Member, rollout: Rollout, { rolesOf }: JudgeEnv, told: number): readonly Told[] => {
  const others = rollout.kept.filter(
    (one) => one.seq > told && one.seq !== record.seq && isMatch(rule.when, one, rolesOf),
  );
  const all = record.seq > told ? [...others, record].toSorted((a, b) => a.seq - b.seq) : others;
  return all.map((one) => ({ record: one, recovered: (rollout.succeeded.get(one.host)?.seq ?? 0) > one.seq }));
};

const draftOfMany = (rollout: Rollout, all: readonly Told[]): Draft => {
  const told = portionOf(all);
  const records = told.map((one) => one.record);
  const { request, hosts } = rollout;
  const [first, last] = [records.at(0), records.at(-1)];
  const frame = {
    kind: "firing" as const,
    title: records.length === 1 && first ? titleOfOne(first) : titleOfMany(records, request.address, hosts.size),
    about: first && aboutOf(first, request),
    as_of: told.length < all.length && last ? last.seq : rollout.upTo(),
  };
  return draftOf(frame, told);
};

const asOf = (last: FiredRecord | undefined): number => last?.alert.as_of ?? 0;

export const tellTogether = (env: JudgeEnv, rollouts: Rollouts, member: Member): Promise<Verdict> => {
  const { rule, record, request } = member;
  const left = async (last: FiredRecord | undefined) => {
    if (asOf(last) >= record.seq) return right(0);
    const rollout = await rollouts.of(request, record.seq);
    if (isLeft(rollout)) return rollout;
    const all = untold(member, rollout.right, env, asOf(last));
    const waiting = { rollout: rollout.right, records: all.map((one) => one.record), isFull: all.length >= mostHosts };
    const waitMs = waitOf(waiting, record, rule.groupWaitMs, env.now());
    return right(waitMs > 0 ? waitMs : draftOfMany(rollout.right, all));
  };
  return fireOnce(env, { rule, key: `r${request.seq}`, left });
};
