/**
 * What a rule would have told over a part of the log, had it been switched on at its beginning: by the same judge and the same
 * looks as an alerter has, over the log as it was at each moment. Nothing is written anywhere.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Alert } from "../../lib/contract/alert.ts";
import type { Rule } from "../../lib/contract/alert-rules.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { seqAt } from "../seq-at.ts";
import { isAbsenceRule } from "./absences.ts";
import { recordRules } from "./judge-env.ts";
import { type AbsenceRehearsalEnv, rehearseAbsences } from "./rehearse-absences.ts";
import { type RehearsalEnv, rehearseRecords } from "./rehearse-records.ts";
import { rolesFrom } from "./roles.ts";

export interface AlertRehearsal {
  readonly rule: Rule;
  readonly sinceMs: number;
  /** Now: what is due later is not told yet. */
  readonly untilMs: number;
  /** Is given each alert, in order. */
  readonly tell: (alert: Alert) => void;
}

type RehearsalBus = Pick<Bus, "log" | "roster" | "presences">;

const unseen = failure(
  "invalid_request",
  "When a host was not heard of cannot be told afterwards: of what hosts announce, only the newest is kept. Look with `hd hosts` who is away now.",
);

const stretchOf = async ({ log }: RehearsalBus, sinceMs: number) => {
  const from = await seqAt(log, sinceMs)();
  if (isLeft(from)) return from;
  const end = await log.end()();
  return isLeft(end) ? end : right({ from: from.right, to: end.right + 1 });
};

const rehearse = (env: AbsenceRehearsalEnv & RehearsalEnv, rule: Rule): Promise<Either<Failure, void>> => {
  const [record] = recordRules([rule]);
  if (record !== undefined) return rehearseRecords(env, record);
  return isAbsenceRule(rule) ? rehearseAbsences(env, rule) : Promise.resolve(right(undefined));
};

/** How many records of the log it went over. */
export const rehearseAlerts =
  (bus: RehearsalBus, { rule, ...given }: AlertRehearsal): TaskEither<Failure, number> =>
  async () => {
    if (rule.when.kind === "unseen") return left(unseen);
    const { refresh, rolesOf } = rolesFrom(bus);
    const fleet = await refresh();
    if (isLeft(fleet)) return fleet;
    const stretch = await stretchOf(bus, given.sinceMs);
    if (isLeft(stretch)) return stretch;
    const done = await rehearse({ ...given, log: bus.log, stretch: stretch.right, fleet: fleet.right, rolesOf }, rule);
    return isLeft(done) ? done : right(stretch.right.to - stretch.right.from);
  };
