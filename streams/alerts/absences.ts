/**
 * Looks at what is absent, and tells it: each host once when something has been absent for as long as a rule says, and once when
 * it is over. Nothing is remembered: what was told stands in the stream of alerts, and the log is asked only after that was read. So
 * whoever decides by something older than what was told meanwhile is refused, and asks again. Over is what is no more or has begun
 * anew since it was told, by the clock of the server: alerters whose clocks differ do not contradict each other.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { partsOfPlace, placeOf } from "../../lib/contract/alert.ts";
import type { Absence, AbsenceCondition, Rule } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { draftOf, type Lacking } from "./absence-words.ts";
import { type FireEnv, fire, lastFired } from "./fire.ts";
import type { Lacks } from "./lacks.ts";
import type { Ledger, Open } from "./ledger.ts";
import { isAbout } from "./match.ts";
import type { Fleet, Member } from "./roles.ts";

/** More are told in a second message, which comes at once: a record has a largest size. */
const mostHosts = 1_000;

const key = "absent";

export type AbsenceRule = Rule & { readonly when: AbsenceCondition };

export const isAbsenceRule = (rule: Rule): rule is AbsenceRule => rule.when.kind !== "record";

/** What is known of the fleet as of one moment. */
export interface Survey {
  readonly fleet: Fleet;
  readonly lacks: ReadonlyMap<Absence, Lacks>;
  /** The end of the log. */
  readonly asOf: number;
  readonly nowMs: number;
}

const lackingOf = ({ host, tier }: Member, lack: Lacking["lack"], sinceMs: number): Lacking => ({
  ...{ host, tier, lack, sinceMs },
  place: placeOf(tier, host),
});

/** Who has begun to lack something. */
const begun = ({ name, when }: AbsenceRule, { fleet, lacks, nowMs }: Survey, ledger: Ledger): readonly Lacking[] =>
  [...fleet.values()].flatMap((member) => {
    const { host, tier, roles } = member;
    const lack = lacks.get(when.kind)?.get(host);
    const isDue = lack !== undefined && nowMs - lack.sinceMs > when.afterMs;
    if (!isDue || !isAbout(when, tier, host, () => roles)) return [];
    return ledger.open(name, placeOf(tier, host)) === undefined ? [lackingOf(member, lack, lack.sinceMs)] : [];
  });

/** A host that moved to another tier, or that the rule is about no more, lacks nothing there. */
const isOver = ({ when }: AbsenceRule, { place, sinceMs }: Open, member: Member, all: Survey["lacks"]): boolean => {
  const { host, tier, roles } = member;
  if (place !== placeOf(tier, host) || !isAbout(when, tier, host, () => roles)) return true;
  const lacks = all.get(when.kind);
  const lack = lacks?.get(host);
  return lacks?.has(host) === true && (lack === undefined || lack.sinceMs >= sinceMs);
};

/** Of a host that is enrolled no more nobody can tell. */
const over = (rule: AbsenceRule, { fleet, lacks }: Survey, ledger: Ledger): readonly Lacking[] =>
  ledger.allOpen().flatMap((open) => {
    const { tier, host } = partsOfPlace(open.place);
    const member = fleet.get(host);
    const isOurs = open.rule === rule.name && member !== undefined && isOver(rule, open, member, lacks);
    return isOurs ? [{ ...lackingOf({ ...member, tier }, undefined, open.sinceMs), place: open.place }] : [];
  });

type Fired = Either<Failure, "done" | "again">;

/** What is over first, so that a host that lacks something anew is told of anew. */
const tellOnce = async (
  env: FireEnv,
  rule: AbsenceRule,
  survey: Survey,
  known: Ledger,
  upTo: number,
): Promise<Fired> => {
  const ended = over(rule, survey, known);
  const [kind, all] =
    ended.length > 0 ? (["resolved", ended] as const) : (["firing", begun(rule, survey, known)] as const);
  if (all.length === 0) return right("done");
  const last = await lastFired(env, rule, key)();
  if (isLeft(last)) return last;
  // It was told after the ledger was read, and perhaps by somebody who knows more.
  if ((last.right?.seq ?? 0) > upTo) return right("again");
  const draft = draftOf({ kind, when: rule.when, hosts: all.slice(0, mostHosts), ...survey });
  // Without recovery the end of it is recorded, and nobody is told.
  const to = kind === "resolved" && !rule.recovery ? [] : rule.to;
  const fired = await fire(env, { ...rule, to, recovery: true }, { key, last: last.right, draft })();
  return isLeft(fired) ? fired : right("again");
};

/** Whoever is refused so often leaves it to the next tick. */
const mostTries = 10;

type AskSurvey = () => Promise<Either<Failure, Survey>>;

/** Those that have to be looked at again: something of them was told, by this alerter or by another one. */
const tellEach = async (env: FireEnv, rules: readonly AbsenceRule[], survey: AskSurvey) => {
  const ledger = await env.ledger();
  if (isLeft(ledger)) return ledger;
  const upTo = ledger.right.upTo();
  const found = await survey();
  if (isLeft(found)) return found;
  const again: AbsenceRule[] = [];
  for (const rule of rules) {
    const told = await tellOnce(env, rule, found.right, ledger.right, upTo);
    if (isLeft(told)) return told;
    if (told.right === "again") again.push(rule);
  }
  return right(again);
};

/** `survey` is asked after what was told is known, each time. */
export const tellAbsences = async (
  env: FireEnv,
  rules: readonly AbsenceRule[],
  survey: AskSurvey,
): Promise<Either<Failure, void>> => {
  let left = rules;
  for (let tries = 0; tries < mostTries && left.length > 0; tries += 1) {
    const again = await tellEach(env, left, survey);
    if (isLeft(again)) return again;
    left = again.right;
  }
  return right(undefined);
};
