/**
 * Tells that trouble is over: the first success on a host after the last alert of a rule about it closes that. Whoever finds the
 * alert open looks for that success in the log, so that all write the same, on the same subject, which takes it once.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { responseSubject } from "../../lib/contract/address.ts";
import { type Place, partsOfPlace, placeOf } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import type { FiredRecord } from "./alert-record.ts";
import { isRollout } from "./belonging.ts";
import { aboutOf, draftOf, mostHosts, portionOf } from "./details.ts";
import { fireOnce, type Left } from "./fire-once.ts";
import { type JudgeEnv, type RecordRule, recordRules, soonest, type Verdict } from "./judge-env.ts";
import type { Ledger, Open } from "./ledger.ts";
import { isMatch } from "./match.ts";
import type { Rollout, Rollouts } from "./rollouts.ts";
import { isSuccess, isTrial } from "./success.ts";
import { titleOfRecovery } from "./titles.ts";
import { waitOf } from "./wait-of.ts";

/** Whether a record ends what a rule told of a host. What the rule is about itself is no end of it. */
const closes = (env: JudgeEnv, rule: RecordRule, record: ResponseRecord, open: Open): boolean =>
  record.seq > open.asOf &&
  isSuccess(record) &&
  (open.isTrial || !isTrial(record)) &&
  !isMatch(rule.when, record, env.rolesOf);

/** Where a rule is about no host of the tier, or not about this one, it has told nothing of it. */
const mayBeOpen = ({ recovery, when }: RecordRule, { tier, host }: ResponseRecord): boolean =>
  recovery && when.tier?.includes(tier) !== false && when.host?.includes(host) !== false;

const openOf = (ledger: Ledger, { name }: RecordRule, { tier, host }: Pick<ResponseRecord, "tier" | "host">) =>
  ledger.open(name, placeOf(tier, host));

type Found = Promise<Either<Failure, ResponseRecord | undefined>>;

/** The first that closes it. */
const firstSuccess = async (env: JudgeEnv, rule: RecordRule, open: Open): Found => {
  const { tier, host } = partsOfPlace(open.place);
  const subject = responseSubject(tier, host, "completed");
  for (let seq = open.asOf + 1; ; ) {
    const stored = await env.log.next(seq, subject)();
    if (isLeft(stored)) return stored;
    if (stored.right === undefined) return right(undefined);
    const record = readRecord(stored.right);
    if (record.kind === "response" && closes(env, rule, record, open)) return right(record);
    seq = stored.right.seq + 1;
  }
};

interface Closing {
  readonly rule: RecordRule;
  readonly success: ResponseRecord;
  readonly request: RequestRecord | undefined;
}

const draftOfClosing = ({ request }: Closing, all: readonly ResponseRecord[], upTo: number): Left => {
  const told = portionOf(all.map((record) => ({ record, recovered: false })));
  const records = told.map(({ record }) => record);
  const [first, last] = [records.at(0), records.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const about = aboutOf(first, request);
  const as_of = told.length < all.length ? last.seq : upTo;
  return draftOf({ kind: "resolved", title: titleOfRecovery(records, request?.address), about, as_of }, told);
};

const againMs = 1_000;

/** What was told last on the subject may be unknown to the replica that the ledger was read from: what it has open is old then. */
const lacks = (ledger: Ledger, last: FiredRecord | undefined): boolean => ledger.upTo() < (last?.seq ?? 0);

const closeAlone = (env: JudgeEnv, closing: Closing): Promise<Verdict> => {
  const { rule, success } = closing;
  const left = async (last: FiredRecord | undefined) => {
    const ledger = await env.ledger();
    if (isLeft(ledger)) return ledger;
    if (lacks(ledger.right, last)) return right(againMs);
    const open = openOf(ledger.right, rule, success);
    const isLeftOpen = open !== undefined && closes(env, rule, success, open);
    return right(isLeftOpen ? draftOfClosing(closing, [success], success.seq) : 0);
  };
  return fireOnce(env, { rule, key: `ok${success.seq}`, left });
};

type Closers = readonly { readonly record: ResponseRecord; readonly open: Open }[];

/** Successes of a rollout that close something. */
const closersIn = (env: JudgeEnv, rule: RecordRule, ledger: Ledger, { kept }: Rollout): Closers =>
  kept.flatMap((record) => {
    const open = openOf(ledger, rule, record);
    return open !== undefined && closes(env, rule, record, open) ? { record, open } : [];
  });

/** Those of them that are the first to do so. */
const firstOf = async (env: JudgeEnv, rule: RecordRule, all: Closers) => {
  const found: ResponseRecord[] = [];
  for (const [n, first] of (await Promise.all(all.map(({ open }) => firstSuccess(env, rule, open)))).entries()) {
    if (isLeft(first)) return first;
    if (first.right !== undefined && first.right.seq === all[n]?.record.seq) found.push(first.right);
  }
  return right(found);
};

type ClosingMany = Closing & { readonly request: RequestRecord };

const leftToClose = async (env: JudgeEnv, closing: ClosingMany, ledger: Ledger, rollout: Rollout) => {
  const { rule, success } = closing;
  const all = closersIn(env, rule, ledger, rollout);
  const records = all.map(({ record }) => record);
  const waitMs = waitOf(
    { rollout, records, isFull: records.length >= mostHosts },
    success,
    rule.groupWaitMs,
    env.now(),
  );
  if (waitMs > 0) return right(waitMs);
  const first = await firstOf(env, rule, all);
  return isLeft(first) ? first : right(draftOfClosing(closing, first.right, rollout.upTo()));
};

const closeTogether = (env: JudgeEnv, rollouts: Rollouts, closing: ClosingMany): Promise<Verdict> => {
  const { rule, success, request } = closing;
  const left = async (last: FiredRecord | undefined) => {
    const [ledger, rollout] = [await env.ledger(), await rollouts.of(request, success.seq)];
    if (isLeft(ledger)) return ledger;
    if (lacks(ledger.right, last)) return right(againMs);
    return isLeft(rollout) ? rollout : leftToClose(env, closing, ledger.right, rollout.right);
  };
  return fireOnce(env, { rule, key: `ok${request.seq}`, left });
};

/** Closes what is open of a rule on a host, if the host has succeeded since. */
const closeIfOver = async (env: JudgeEnv, rollouts: Rollouts, rule: RecordRule, open: Open): Promise<Verdict> => {
  const success = await firstSuccess(env, rule, open);
  if (isLeft(success)) return success;
  if (success.right === undefined) return right(0);
  const request = await rollouts.requestOf(success.right);
  if (isLeft(request)) return request;
  const closing = { rule, success: success.right, request: request.right };
  return request.right !== undefined && isRollout(request.right, success.right)
    ? closeTogether(env, rollouts, { ...closing, request: request.right })
    : closeAlone(env, closing);
};

/** After an alert: a success that was judged just before it found nothing to close. */
export const closeWhatIsOver = async (
  env: JudgeEnv,
  rollouts: Rollouts,
  { rule, places }: { readonly rule: RecordRule; readonly places: readonly Place[] },
): Promise<Verdict> => {
  const ledger = await env.ledger();
  if (isLeft(ledger)) return ledger;
  const all = places.flatMap((place) => ledger.right.open(rule.name, place) ?? []);
  return soonest(await Promise.all(all.map((open) => closeIfOver(env, rollouts, rule, open))));
};

/** A success, where something is open. */
export const closeBy = async (env: JudgeEnv, rollouts: Rollouts, record: ResponseRecord): Promise<Verdict> => {
  const rules = isSuccess(record) ? recordRules(env.rules).filter((rule) => mayBeOpen(rule, record)) : [];
  if (rules.length === 0) return right(0);
  const ledger = await env.ledger();
  if (isLeft(ledger)) return ledger;
  const all = rules.map(async (rule) => {
    const open = openOf(ledger.right, rule, record);
    return open !== undefined && closes(env, rule, record, open) ? closeIfOver(env, rollouts, rule, open) : right(0);
  });
  return soonest(await Promise.all(all));
};
