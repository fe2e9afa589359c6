/**
 * Tells of a record that a rule is about. One that was asked of one host is an alert by itself, at once; those of a rollout wait
 * for each other and are one. What was told stands in the stream of alerts: of a rollout, all up to the `as_of` of its newest.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { RequestRecord, ResponseRecord } from "../records.ts";
import type { FiredRecord } from "./alert-record.ts";
import { aboutOf, draftOf, type Member, mostHosts, portionOf } from "./details.ts";
import { type Draft, type FireEnv, fire } from "./fire.ts";
import { fireOnce, type Left } from "./fire-once.ts";
import type { JudgeEnv, RecordRule, Verdict } from "./judge-env.ts";
import type { Ledger } from "./ledger.ts";
import { isMatch } from "./match.ts";
import type { Rollout, Rollouts } from "./rollouts.ts";
import { titleOfMany, titleOfOne } from "./titles.ts";
import { waitOf } from "./wait-of.ts";

/** Whether it is the first to tell of it or somebody was before, it is told. */
export const tellAlone = async (
  env: FireEnv,
  rule: RecordRule,
  record: ResponseRecord,
  request: RequestRecord | undefined,
): Promise<Verdict> => {
  const frame = { kind: "firing" as const, title: titleOfOne(record), about: aboutOf(record, request) };
  const draft = draftOf({ ...frame, as_of: record.seq }, [{ record, recovered: false }]);
  const fired = await fire(env, rule, { key: `s${record.seq}`, last: undefined, draft })();
  return isLeft(fired) ? fired : right(0);
};

export interface InRollout {
  readonly rule: RecordRule;
  readonly record: ResponseRecord;
  readonly request: RequestRecord;
  readonly ledger: Ledger;
}

/** What is left of a rollout; of the record at hand as it was handed over, for it is whole. */
const untold = (
  { rule, record }: InRollout,
  rollout: Rollout,
  { rolesOf }: JudgeEnv,
  told: number,
): readonly Member[] => {
  const others = rollout.kept.filter(
    (one) => one.seq > told && one.seq !== record.seq && isMatch(rule.when, one, rolesOf),
  );
  const all = record.seq > told ? [...others, record].toSorted((a, b) => a.seq - b.seq) : others;
  const newest = new Map(all.map(({ host, seq }) => [host, seq]));
  const recovered = ({ host, seq }: ResponseRecord): boolean =>
    (rollout.succeeded.get(host)?.seq ?? 0) > (newest.get(host) ?? seq);
  return all.map((one) => ({ record: one, recovered: recovered(one) }));
};

const draftOfMany = (rollout: Rollout, all: readonly Member[]): Draft => {
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

/** What is left to tell now, of what is known to be told up to a record. */
const leftOf = (asked: InRollout, rollout: Rollout, env: JudgeEnv, told: number): Left => {
  const { record, rule } = asked;
  if (told >= record.seq) return 0;
  const all = untold(asked, rollout, env, told);
  const waiting = { rollout, records: all.map((one) => one.record), isFull: all.length >= mostHosts };
  const waitMs = waitOf(waiting, record, rule.groupWaitMs, env.now());
  return waitMs > 0 ? waitMs : draftOfMany(rollout, all);
};

/** While it waits, nothing of the stream of alerts is read: an alert of many hosts is long. */
export const tellTogether = async (env: JudgeEnv, rollouts: Rollouts, asked: InRollout): Promise<Verdict> => {
  const { rule, record, request, ledger } = asked;
  const found = await rollouts.of(request, record.seq);
  if (isLeft(found)) return found;
  const told = found.right.told(ledger);
  const known = (): number => told.get(rule.name) ?? 0;
  const before = leftOf(asked, found.right, env, known());
  if (typeof before === "number") return right(before);
  const left = async (last: FiredRecord | undefined) => {
    told.set(rule.name, Math.max(known(), last?.alert.as_of ?? 0));
    return right(leftOf(asked, found.right, env, known()));
  };
  return fireOnce(env, { rule, key: `r${request.seq}`, left });
};
