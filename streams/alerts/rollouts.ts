/**
 * How far the hosts have come with a request that went to many of them, folded from the log: who accepted and has not ended,
 * what a rule may be about, and who has succeeded since. It is kept only so that hundreds of records that wait for the same
 * do not read the same; an alerter that was killed reads it again.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { responseFilter } from "../../lib/contract/address.ts";
import { alertTailLines, mostDetails } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName, RuleName } from "../../lib/contract/names.ts";
import { isTerminal } from "../../lib/contract/values.ts";
import { type LogCursor, logCursor, readOn } from "../log-cursor.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { behind, requestOf } from "./belonging.ts";
import { inTurn } from "./in-turn.ts";
import { type JudgeEnv, recordRules } from "./judge-env.ts";
import type { Ledger } from "./ledger.ts";
import { isMatch } from "./match.ts";
import { asksForTrial, isSuccess, isTrial } from "./success.ts";

export interface Rollout {
  readonly request: RequestRecord;
  /** The last response that was read. */
  readonly upTo: () => number;
  /** When the newest answer to it came. */
  readonly answeredMs: () => number;
  /** Every host that answered. */
  readonly hosts: ReadonlySet<HostName>;
  /** Those that accepted it and have not ended. */
  readonly running: ReadonlySet<HostName>;
  /** Answers that a rule is about, and successes. */
  readonly kept: readonly ResponseRecord[];
  /** The newest success of a host, whatever was asked. Trials count only where the request itself is one. */
  readonly succeeded: ReadonlyMap<HostName, ResponseRecord>;
  /** By rule, up to where it is known to be told, in the stream of alerts that a ledger is of. More may be. */
  readonly told: (ledger: Ledger) => Map<RuleName, number>;
}

/** Output is most of what a record holds, and only that of the first is told. */
const lean = (record: ResponseRecord, before: number): ResponseRecord => {
  const { log_tail, ...event } = record.event;
  const tail = log_tail && before < mostDetails ? { log_tail: log_tail.slice(-alertTailLines) } : {};
  return { ...record, event: { ...event, ...tail } };
};

const toldIn = (): Rollout["told"] => {
  let [known, told]: [Ledger | undefined, Map<RuleName, number>] = [undefined, new Map()];
  return (ledger) => {
    if (ledger !== known) [known, told] = [ledger, new Map()];
    return told;
  };
};

const foldOf = (request: RequestRecord, isKept: (record: ResponseRecord) => boolean) => {
  const [hosts, running] = [new Set<HostName>(), new Set<HostName>()];
  const kept: ResponseRecord[] = [];
  const succeeded = new Map<HostName, ResponseRecord>();
  const trials = asksForTrial(request);
  let [upTo, answeredMs] = [request.seq, request.atMs];

  const answered = (record: ResponseRecord): void => {
    const { host, status, atMs } = record;
    answeredMs = atMs;
    hosts.add(host);
    if (status === "accepted") running.add(host);
    else if (isTerminal(status)) running.delete(host);
    if (isKept(record)) kept.push(lean(record, kept.length));
  };
  const take = (record: ResponseRecord): void => {
    upTo = record.seq;
    if (isSuccess(record) && (trials || !isTrial(record))) succeeded.set(record.host, lean(record, mostDetails));
    if (record.event.request_seq === request.seq) answered(record);
    // A host does one at a time.
    else if (record.status === "accepted") running.delete(record.host);
  };
  const rollout: Rollout = {
    ...{ request, hosts, running, kept, succeeded },
    told: toldIn(),
    upTo: () => upTo,
    answeredMs: () => answeredMs,
  };
  return { rollout, take };
};

/** Beyond it, those that were looked at longest ago are read again when they are asked for. */
const mostKept = 32;
/** A reading is good for so long, unless somebody knows of a later record. */
const freshMs = 1_000;

interface Kept {
  readonly fold: ReturnType<typeof foldOf>;
  readonly cursor: LogCursor;
  readMs: number;
}

/** Which roles a host has may be known only later. */
const keeps = ({ rules }: JudgeEnv): ((record: ResponseRecord) => boolean) => {
  const conditions = recordRules(rules).map(({ when }) => ({ ...when, role: undefined }));
  return (record) => isSuccess(record) || conditions.some((when) => isMatch(when, record, () => []));
};

const keeping = (env: JudgeEnv): ((request: RequestRecord) => Kept) => {
  const all = new Map<number, Kept>();
  const isKept = keeps(env);
  const begun = (request: RequestRecord): Kept => ({
    fold: foldOf(request, isKept),
    cursor: logCursor(env.log, responseFilter(request.address), {
      from: request.seq + 1,
      to: Number.POSITIVE_INFINITY,
    }),
    readMs: Number.NEGATIVE_INFINITY,
  });
  return (request) => {
    const known = all.get(request.seq) ?? begun(request);
    all.delete(request.seq);
    all.set(request.seq, known);
    for (const oldest of all.keys()) if (all.size > mostKept) all.delete(oldest);
    return known;
  };
};

const readFurther = async (one: Kept, nowMs: number): Promise<Either<Failure, Rollout>> => {
  const { rollout, take } = one.fold;
  const read = await readOn(one.cursor, (stored) => {
    const record = readRecord(stored);
    if (record.kind === "response") take(record);
    return true;
  });
  if (isLeft(read)) return read;
  one.readMs = nowMs;
  return right(rollout);
};

export interface Rollouts {
  /** The request that a response belongs to. */
  readonly requestOf: (record: ResponseRecord) => ReturnType<typeof requestOf>;
  /** As of a record at least, which is an answer to it. */
  readonly of: (request: RequestRecord, seq: number) => Promise<Either<Failure, Rollout>>;
}

export const rolloutsOf = (env: JudgeEnv): Rollouts => {
  const keep = keeping(env);
  const turn = inTurn();
  return {
    requestOf: (record) => requestOf(env.log, record),
    of: (request, seq) =>
      turn(String(request.seq), async () => {
        const [one, nowMs] = [keep(request), env.now()];
        const isEnough = nowMs - one.readMs < freshMs && one.fold.rollout.upTo() >= seq;
        const rollout = isEnough ? right(one.fold.rollout) : await readFurther(one, nowMs);
        return isLeft(rollout) || rollout.right.upTo() >= seq ? rollout : left(behind(seq));
      }),
  };
};

/** Every response by itself. */
export const noRollouts = (rollouts: Rollouts): Rollouts => ({ ...rollouts, requestOf: async () => right(undefined) });
