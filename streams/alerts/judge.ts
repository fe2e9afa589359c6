/**
 * Judges every record of the log: whether a rule is about it, whether it ends what was told, or whether it is none of hd's. A
 * record is settled when all that follows from it stands in the stream of alerts, and comes again until then: nothing that only
 * this process knows is ever needed, so it may be killed at any moment.
 */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { placeOf } from "../../lib/contract/alert.ts";
import { causeOf } from "../../lib/contract/cause-of.ts";
import { failure } from "../../lib/contract/failure.ts";
import type { Delivery } from "../../lib/router/ports.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { putAside } from "./aside.ts";
import { isBehind, isRollout } from "./belonging.ts";
import { type InTurn, inTurn } from "./in-turn.ts";
import { type JudgeEnv, type RecordRule, recordRules, soonest, type Verdict } from "./judge-env.ts";
import type { Ledger } from "./ledger.ts";
import { isMatch } from "./match.ts";
import { closeBy, closeWhatIsOver } from "./recover.ts";
import { noRollouts, type Rollouts, rolloutsOf } from "./rollouts.ts";
import { tellAlone, tellTogether } from "./tell.ts";
import { hasTimes, tellTimes } from "./times.ts";

interface Judge {
  readonly env: JudgeEnv;
  readonly rules: readonly RecordRule[];
  readonly rollouts: Rollouts;
  readonly turn: InTurn;
}

/** What is known of a record when it is told. */
interface Case {
  readonly record: ResponseRecord;
  readonly request: RequestRecord | undefined;
  /** As it was when the request was read: one look less before people are told. */
  readonly ledger: Ledger;
}

const tell = async (judge: Judge, rule: RecordRule, of: Case) => {
  const { env, rollouts, turn } = judge;
  const { record, request, ledger } = of;
  if (hasTimes(rule)) return turn(rule.name, () => tellTimes(env, { rule, record, request }));
  const told = await (request !== undefined && isRollout(request, record)
    ? turn(`${rule.name} ${request.seq}`, () => tellTogether(env, rollouts, { rule, record, request, ledger }))
    : tellAlone({ ...env, ledger: async () => right(ledger) }, rule, record, request));
  return isLeft(told) ? told : right({ waitMs: told.right, places: [placeOf(record.tier, record.host)] });
};

const tellAndClose = async (judge: Judge, rule: RecordRule, of: Case): Promise<Verdict> => {
  const told = await tell(judge, rule, of);
  if (isLeft(told)) return told;
  const { waitMs, places } = told.right;
  if (waitMs > 0 || !rule.recovery || places.length === 0) return right(waitMs);
  return closeWhatIsOver(judge.env, judge.rollouts, { rule, places });
};

const judgeResponse = async (judge: Judge, record: ResponseRecord): Promise<Verdict> => {
  const { env, rollouts, rules } = judge;
  const about = rules.filter(({ when }) => isMatch(when, record, env.rolesOf));
  const closing = closeBy(env, rollouts, record);
  if (about.length === 0) return closing;
  const [request, ledger, closed] = await Promise.all([rollouts.requestOf(record), env.ledger(), closing]);
  if (isLeft(request)) return request;
  if (isLeft(ledger)) return ledger;
  const of = { record, request: request.right, ledger: ledger.right };
  return soonest([closed, ...(await Promise.all(about.map((rule) => tellAndClose(judge, rule, of))))]);
};

/** A replica that is behind for minutes is no replica that lags. */
const mostBehind = 20;

const judgeOrGiveUp = async (judge: Judge, record: ResponseRecord, attempt: number): Promise<Verdict> => {
  const verdict = await judgeResponse(judge, record);
  if (attempt <= mostBehind || !isLeft(verdict) || !isBehind(verdict.left)) return verdict;
  const { seq } = record;
  judge.env.logger.warn(
    { seq, attempt },
    `Record ${seq} is judged by itself, without its rollout: ${verdict.left.message}`,
  );
  return judgeResponse({ ...judge, rollouts: noRollouts(judge.rollouts) }, record);
};

const judgeDelivery = async (judge: Judge, delivery: Delivery): Promise<Verdict> => {
  const record = readRecord(delivery);
  if (record.kind === "unreadable") return putAside(judge.env, record, delivery.attempt === 1);
  return record.kind === "response" ? judgeOrGiveUp(judge, record, delivery.attempt) : right(0);
};

/** What fails is tried again, each time later. */
const delayMs = (attempt: number): number => Math.min(1_000 * 2 ** Math.min(attempt - 1, 10), 30_000);

const defect = (thrown: unknown): Verdict => left(failure("internal", `A defect of hd: ${causeOf(thrown)}`));

const settle = async ({ logger }: JudgeEnv, delivery: Delivery, verdict: Verdict): Promise<void> => {
  const { seq, subject, attempt } = delivery;
  if (isLeft(verdict)) {
    const { code, message } = verdict.left;
    const level = code === "internal" ? "error" : "warn";
    logger[level]({ seq, subject, code }, `A record could not be judged, and is tried again: ${message}`);
    delivery.later(delayMs(attempt));
  } else if (verdict.right > 0) delivery.later(verdict.right);
  else await delivery.ack();
};

/** Comes back when the delivery is settled; never rejects. */
export const judging = (env: JudgeEnv): ((delivery: Delivery) => Promise<void>) => {
  const judge = { env, rules: recordRules(env.rules), rollouts: rolloutsOf(env), turn: inTurn() };
  return async (delivery) => {
    const verdict = await judgeDelivery(judge, delivery).catch(defect);
    // What the log was not told comes again.
    await settle(env, delivery, verdict).catch(() => undefined);
  };
};
