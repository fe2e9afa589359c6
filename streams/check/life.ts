/**
 * What the records of one request on one host may look like: one acceptance, each phase once and in its order, one end; or one
 * refusal and nothing else. What does not fit is told with the record that does not.
 */
import type { Phase, Status } from "../../lib/contract/values.ts";
import type { ResponseRecord } from "../records.ts";

/** How far a request is on a host. It was answered, and has not ended. */
export interface Life {
  readonly isAccepted: boolean;
  /** That were begun. */
  readonly phases: readonly Phase[];
}

/** Before the first record. */
export const unanswered: Life = { isAccepted: false, phases: [] };

/** `doubled`: it was told before. `misordered`: it cannot come here. */
export type Fault = "doubled" | "misordered";

const forward: readonly Phase[] = ["resolve", "build", "activate", "verify"];

/** A rollback may follow the activation, or what was checked after it. */
const follows = (phases: readonly Phase[], phase: Phase): boolean =>
  phase === "rollback" ? phases.length >= 3 : !phases.includes("rollback") && forward[phases.length] === phase;

/** What an older host leaves out is not held against it. */
const againstPhase = ({ phases }: Life, phase: Phase | null | undefined): Fault | undefined => {
  if (phase === null || phase === undefined) return undefined;
  if (phases.includes(phase)) return "doubled";
  return follows(phases, phase) ? undefined : "misordered";
};

const misorderedIf = (isWrong: boolean): Fault | undefined => (isWrong ? "misordered" : undefined);

/** `isControl`: the request asks for no deployment, so it is applied or refused. */
export const faultOf = (life: Life, { status, event }: ResponseRecord, isControl: boolean): Fault | undefined => {
  switch (status) {
    case "accepted":
      return life.isAccepted ? "doubled" : misorderedIf(isControl);
    case "started":
      return life.isAccepted ? againstPhase(life, event.phase) : "misordered";
    case "completed":
    case "failed":
      return misorderedIf(!life.isAccepted);
    case "rejected":
      return misorderedIf(life.isAccepted);
    case "applied":
      return misorderedIf(life.isAccepted || !isControl);
  }
};

/** Of a record that comes when the request has ended there. */
export const faultAfterEnd = (status: Status): Fault => (status === "started" ? "misordered" : "doubled");

/** With one more record, which is no end. A phase that was told again is the one that it was. */
export const lifeAfter = (life: Life, { status, event: { phase } }: ResponseRecord): Life => {
  const isNew = status === "started" && phase !== null && phase !== undefined && !life.phases.includes(phase);
  return {
    isAccepted: life.isAccepted || status === "accepted",
    phases: isNew ? [...life.phases, phase] : life.phases,
  };
};
