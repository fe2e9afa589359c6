/**
 * How a deployment ended, as it is counted: by status, action and failure code. The lists are closed, so that a counter has every
 * series from the start and never more: what a newer peer says that stands in no list counts as `other`.
 */
import type { DeployEvent } from "./deploy-event.ts";
import type { FailureCode } from "./failure.ts";
import { deploy } from "./routes/deploy.ts";
import type { Action, Phase } from "./values.ts";

export const outcomeActions = ["switch", "boot", "test", "dry-activate", "unknown"] as const satisfies readonly (
  | Action
  | "unknown"
)[];

export const phases = ["resolve", "build", "activate", "verify", "rollback"] as const satisfies readonly Phase[];

/** What a job can end in. */
const endings = [
  "revision_not_found",
  "build_failed",
  "activation_failed",
  "verification_failed",
  "units_failed",
  "health_check_failed",
  "rolled_back",
  "rollback_failed",
  "timeout",
  "cancelled",
  "interrupted",
  "unreachable",
  "invalid_request",
  "internal",
] as const satisfies readonly FailureCode[];

/** What a host refuses a deployment with: what its route declares, and what every route can end in. */
const refusals = [
  ...deploy.failures,
  "invalid_request",
  "invalid_revision",
  "unauthorized",
  "timeout",
  "internal",
] as const satisfies readonly FailureCode[];

/** A code that is in no list, of a newer peer or in a place where ours does not use it. */
const otherCode = "other";

/** Of each status that ends a deployment: the codes that it is counted by. Success has none. */
export const outcomeCodes = {
  completed: [""],
  failed: [...endings, otherCode],
  rejected: [...refusals, otherCode],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type OutcomeStatus = keyof typeof outcomeCodes;

export const outcomeStatuses = Object.keys(outcomeCodes) as readonly OutcomeStatus[];

export interface Outcome {
  readonly status: OutcomeStatus;
  readonly action: (typeof outcomeActions)[number];
  readonly code: string;
  /** Since it was accepted; what was refused took no time. */
  readonly elapsedMs?: number | undefined;
}

const isOutcome = (status: string): status is OutcomeStatus => Object.hasOwn(outcomeCodes, status);

const codeOf = (status: OutcomeStatus, error: string | null): string => {
  const codes: readonly string[] = outcomeCodes[status];
  if (status === "completed") return "";
  return error !== null && codes.includes(error) ? error : otherCode;
};

/** `undefined`: it ends no deployment. A request to cancel or to freeze is none. */
export const outcomeOf = ({ status, error, action, control, elapsed_ms }: DeployEvent): Outcome | undefined => {
  if (control !== undefined || !isOutcome(status)) return undefined;
  return {
    status,
    action: action ?? "unknown",
    code: codeOf(status, error),
    ...(status === "rejected" ? {} : { elapsedMs: elapsed_ms }),
  };
};
