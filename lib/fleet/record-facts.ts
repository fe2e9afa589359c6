/**
 * What a record of which status can say, as far as a rule can ask for it. Hosts of this version write nothing else, so a rule that
 * asks for more waits for what never comes.
 */
import type { RecordCondition } from "../contract/alert-rules.ts";
import type { FailureCode } from "../contract/failure.ts";
import type { Phase, Status } from "../contract/values.ts";

type Statuses = readonly Status[];

const everywhere: Statuses = ["accepted", "rejected", "started", "completed", "failed", "applied"];

/** What a rule looks at that names no status. */
export const endings: Statuses = ["rejected", "completed", "failed", "applied"];

const refused: Statuses = ["rejected"];
/** What failed is also the cause of the rollback that is started then. */
const broken: Statuses = ["failed", "started"];
const either: Statuses = ["rejected", "failed", "started"];
/** Only a command ends in it, and no record. */
const nowhere: Statuses = [];

const withError: Readonly<Record<FailureCode, Statuses>> = {
  invalid_request: refused,
  invalid_revision: refused,
  unknown_target: nowhere,
  unauthorized: refused,
  unusable_key: nowhere,
  revision_not_found: broken,
  expired: refused,
  superseded: refused,
  not_current: refused,
  busy: either,
  frozen: refused,
  build_failed: broken,
  activation_failed: broken,
  verification_failed: broken,
  units_failed: broken,
  health_check_failed: broken,
  rolled_back: ["failed"],
  rollback_failed: ["failed"],
  timeout: either,
  cancelled: either,
  too_late: refused,
  interrupted: either,
  unreachable: either,
  unaudited: either,
  internal: either,
};

const atWork: Statuses = ["started", "completed", "failed"];
const unfinished: Statuses = ["started", "failed"];

/** What is completed ends in the last phase that it had. */
const inPhase: Readonly<Record<Phase, Statuses>> = {
  resolve: unfinished,
  build: unfinished,
  activate: atWork,
  verify: atWork,
  rollback: unfinished,
};

const ofAny = (all: readonly Statuses[]): Statuses =>
  everywhere.filter((status) => all.some((one) => one.includes(status)));

/** One thing that a rule asks for. */
export interface Asked {
  /** As the file calls it. */
  readonly key: string;
  /** What it is, in a sentence. */
  readonly what: string;
  readonly comesWith: Statuses;
}

const errorsOf = ({ error = [] }: RecordCondition): Asked => ({
  key: "error",
  what: `the error ${error.join(" or ")}`,
  comesWith: ofAny(error.map((code) => withError[code as FailureCode] ?? everywhere)),
});

const phasesOf = ({ phase = [] }: RecordCondition): Asked => ({
  key: "phase",
  what: `the phase ${phase.join(" or ")}`,
  comesWith: ofAny(phase.map((one) => inPhase[one])),
});

const deployments = everywhere.filter((status) => status !== "applied");

export const askedOf = (when: RecordCondition): readonly Asked[] => [
  ...(when.error === undefined ? [] : [errorsOf(when)]),
  ...(when.phase === undefined ? [] : [phasesOf(when)]),
  ...(when.action === undefined ? [] : [{ key: "action", what: "an action", comesWith: deployments }]),
  ...(when.longerThanMs === undefined ? [] : [{ key: "longer_than", what: "a duration", comesWith: atWork }]),
  ...(when.rolledBack === undefined
    ? []
    : [{ key: "rolled_back", what: "a rollback", comesWith: ["failed"] as const }]),
  ...(when.freezeOverridden === undefined
    ? []
    : [{ key: "freeze_overridden", what: "an overridden freeze", comesWith: deployments }]),
];

/** Whether it tells of deployments that went wrong on a host, which the next good one makes good. */
export const isOfFailures = (when: RecordCondition): boolean => {
  const named = when.status ?? (when.rolledBack || when.error !== undefined ? refused.concat("failed") : []);
  return (
    named.includes("failed") &&
    named.every((status) => status === "failed" || status === "rejected") &&
    (when.error === undefined || errorsOf(when).comesWith.includes("failed"))
  );
};
