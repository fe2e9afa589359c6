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
import { isRollout, requestOf } from "./belonging.ts";
import { type InTurn, inTurn } from "./in-turn.ts";
import { type JudgeEnv, type RecordRule, recordRules, soonest, type Verdict } from "./judge-env.ts";
import { isMatch } from "./match.ts";
import { closeBy, closeWhatIsOver } from "./recover.ts";
import { type Rollouts, rolloutsOf } from "./rollouts.ts";
import { tellAlone, tellTogether } from "./tell.ts";
import { hasTimes, tellTimes } from "./times.ts";

interface Judge {
  readonly env: JudgeEnv;
  readonly rules: readonly RecordRule[];
  readonly rollouts: Rollouts;
  readonly turn: InTurn;
}

type Asked = RequestRecord | undefined;

const tell = (judge: Judge, rule: RecordRule, record: ResponseRecord, request: Asked): Promise<Verdict> => {
  const { env, rollouts, turn } = judge;
  if (hasTimes(rule)) return turn(rule.name, () => tellTimes(env, { rule, record, request }));
  if (request === undefined || !isRollout(request, record)) return tellAlone(env, rule, record, request);
  return turn(`${rule.name} ${request.seq}`, () => tellTogether(env, rollouts, { rule, record, request }));
};

const tellAndClose = async (judge: Judge, rule: RecordRule, record: ResponseRecord, request: Asked) => {
  const told = await tell(judge, rule, record, request);
  if (isLeft(told) || told.right > 0 || !rule.recovery) return told;
  const places = [placeOf(record.tier, record.host)];
  return closeWhatIsOver(judge.env, judge.rollouts, { rule, places });
};

const judgeResponse = async (judge: Judge, record: ResponseRecord): Promise<Verdict> => {
  const { env, rollouts, rules } = judge;
  const about = rules.filter(({ when }) => isMatch(when, record, env.rolesOf));
  const closing = closeBy(env, rollouts, record);
  if (about.length === 0) return closing;
  const [request, closed] = await Promise.all([requestOf(env.log, record), closing]);
  if (isLeft(request)) return request;
  const told = await Promise.all(about.map((rule) => tellAndClose(judge, rule, record, request.right)));
  return soonest([closed, ...told]);
};

const judgeDelivery = async (judge: Judge, delivery: Delivery): Promise<Verdict> => {
  const record = readRecord(delivery);
  if (record.kind === "unreadable") return putAside(judge.env, record, delivery.attempt === 1);
  return record.kind === "response" ? judgeResponse(judge, record) : right(0);
};

/** What fails is tried again, each time later. */
const delayMs = (attempt: number): number => Math.min(1_000 * 2 ** Math.min(attempt - 1, 10), 30_000);

const defect = (thrown: unknown): Verdict => left(failure("internal", `A defect of hd: ${causeOf(thrown)}`));

/** Comes back when the delivery is settled; never rejects. */
export const judging = (env: JudgeEnv): ((delivery: Delivery) => Promise<void>) => {
  const judge = { env, rules: recordRules(env.rules), rollouts: rolloutsOf(env), turn: inTurn() };
  return async (delivery) => {
    const { seq, subject, attempt } = delivery;
    const verdict = await judgeDelivery(judge, delivery).catch(defect);
    if (isLeft(verdict)) {
      const { code, message } = verdict.left;
      env.logger.warn({ seq, subject, code }, `A record could not be judged, and is tried again: ${message}`);
      delivery.later(delayMs(attempt));
    } else if (verdict.right > 0) delivery.later(verdict.right);
    else await delivery.ack();
  };
};
