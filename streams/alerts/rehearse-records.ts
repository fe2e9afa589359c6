/**
 * What a rule about records would have told: the judge itself, handed the records of the log one by one as they came, with a
 * clock that goes by their times. What it puts off comes again when it said, as far as the clock gets.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Alert } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Delivery, LogIndex, LogReader, Stored } from "../../lib/router/ports.ts";
import { eachRecord } from "../each-record.ts";
import type { Stretch } from "../log-cursor.ts";
import { currentLedger } from "./current-ledger.ts";
import { judging } from "./judge.ts";
import type { RecordRule } from "./judge-env.ts";
import type { RolesOf } from "./match.ts";
import { rehearsalAlerts, rehearsedAge } from "./rehearsal-alerts.ts";
import { logUpTo } from "./rehearsal-log.ts";

export interface RehearsalEnv {
  readonly log: LogReader & Pick<LogIndex, "newest">;
  readonly rolesOf: RolesOf;
  /** Which records are handed over. */
  readonly stretch: Stretch;
  /** When the rehearsal ends. */
  readonly untilMs: number;
  /** Is given each alert, in order. */
  readonly tell: (alert: Alert) => void;
}

/** A record that was put off. */
interface PutOff {
  readonly record: Stored;
  readonly attempt: number;
  readonly dueMs: number;
}

const nothing = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Hands over one record, and gives in how many milliseconds it wants to come again. */
const handing =
  (judge: (delivery: Delivery) => Promise<void>) =>
  async (record: Stored, attempt: number): Promise<number | undefined> => {
    let delayMs: number | undefined;
    await judge({
      ...{ ...record, attempt, pending: 0 },
      ack: async () => undefined,
      working: () => undefined,
      refuse: () => undefined,
      later: (ms) => {
        delayMs = ms;
      },
    });
    return delayMs;
  };

/** Those that wait, the first that is due first. */
const waitingList = () => {
  let all: readonly PutOff[] = [];
  return {
    add: (one: PutOff): void => {
      const place = all.findIndex((other) => other.dueMs > one.dueMs);
      all = place < 0 ? [...all, one] : [...all.slice(0, place), one, ...all.slice(place)];
    },
    take: (byMs: number): PutOff | undefined => {
      const [first, ...others] = all;
      if (first === undefined || first.dueMs > byMs) return undefined;
      all = others;
      return first;
    },
  };
};

/** A judge at a place in the log, and at a time. */
const judgeAt = ({ log: whole, rolesOf, stretch, tell }: RehearsalEnv, rule: RecordRule) => {
  let [nowMs, upTo] = [0, stretch.from - 1];
  const now = (): number => nowMs;
  const log = logUpTo(whole, () => upTo);
  const alerts = rehearsalAlerts(now);
  const meter = { fired: tell, putAside: () => {}, delivered: () => {}, counted: () => {} };
  const ledger = currentLedger(alerts);
  const hand = handing(
    judging({ ...{ log, logAge: rehearsedAge, alerts, now, ledger, meter, rolesOf }, rules: [rule], logger: nothing }),
  );
  const waiting = waitingList();

  const handOver = async (record: Stored, attempt: number): Promise<void> => {
    const delayMs = await hand(record, attempt);
    if (delayMs !== undefined) waiting.add({ record, attempt: attempt + 1, dueMs: nowMs + Math.max(1, delayMs) });
  };
  /** Left: the log could not be read. The judge itself would try again for ever. */
  const goOn = async (toMs: number): Promise<Either<Failure, void>> => {
    for (let one = waiting.take(toMs); one && log.failed() === undefined; one = waiting.take(toMs)) {
      nowMs = Math.max(nowMs, one.dueMs);
      await handOver(one.record, one.attempt);
    }
    nowMs = Math.max(nowMs, toMs);
    const failed = log.failed();
    return failed === undefined ? right(undefined) : left(failed);
  };
  const take = async (record: Stored): Promise<Either<Failure, void>> => {
    const gone = await goOn(record.atMs);
    if (isLeft(gone)) return gone;
    upTo = record.seq;
    await handOver(record, 1);
    return gone;
  };
  return { goOn, take };
};

export const rehearseRecords = async (env: RehearsalEnv, rule: RecordRule): Promise<Either<Failure, void>> => {
  const judge = judgeAt(env, rule);
  const read = await eachRecord(env.log, "hd.res.>", env.stretch, judge.take);
  return isLeft(read) ? read : judge.goOn(env.untilMs);
};
