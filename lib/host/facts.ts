/**
 * The events of a job: each repeats what is known by then, so that any one record tells the whole story so far. Messages and
 * output come from programs, so they are made to fit here: an event that its codec refuses, or the log, would be lost.
 */
import { type DeployEvent, logTailLines } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import { instant, messageLength, type Phase } from "../contract/values.ts";
import type { JobOrder } from "./job-order.ts";

/** What is known of a deployment; grows from phase to phase. */
export type Facts = Pick<
  DeployEvent,
  | "hostname"
  | "id"
  | "request_seq"
  | "requester"
  | "proof"
  | "action"
  | "revision"
  | "commit"
  | "closure"
  | "previous"
  | "generation"
  | "simulated"
  | "override"
  | "cause"
  | "failed_units"
  | "reboot_needed"
  | "cancelled_by"
>;

export const factsOf = (order: JobOrder): Facts => ({
  hostname: order.hostname,
  id: order.id,
  request_seq: order.request_seq,
  requester: order.requester,
  ...(order.proof === undefined ? {} : { proof: order.proof }),
  action: order.action,
  revision: order.revision,
  ...(order.engine === "simulated" ? { simulated: true } : {}),
  ...(order.override === true ? { override: true } : {}),
});

type Step = Pick<DeployEvent, "status" | "message"> & { readonly phase: Phase | null };

/** By the time of day, which is good enough only for who has no better clock. */
const sinceAccepted = ({ accepted_at }: Pick<JobOrder, "accepted_at">, nowMs: number): number =>
  Math.max(0, nowMs - Date.parse(accepted_at));

/** One event, with the time that passed since the request was accepted. */
export const eventOf = (
  facts: Facts,
  order: Pick<JobOrder, "accepted_at">,
  step: Step,
  nowMs: number,
  elapsedMs = sinceAccepted(order, nowMs),
): DeployEvent => ({
  ...facts,
  ...step,
  message: plain(step.message, messageLength),
  error: null,
  at: instant(nowMs),
  elapsed_ms: elapsedMs,
});

/** Characters of up to four bytes: with all its lines a record still fits into the log's 256 KiB. */
const lineLength = 1000;

const fitting = (lines: readonly string[]): readonly string[] =>
  lines.slice(-logTailLines).map((line) => plain(line, lineLength));

export const failedEvent = (
  facts: Facts,
  order: Pick<JobOrder, "accepted_at">,
  { failure, phase, logTail }: { failure: Failure; phase: Phase | null; logTail: readonly string[] },
  nowMs: number,
  elapsedMs?: number,
): DeployEvent => ({
  ...eventOf(facts, order, { status: "failed", phase, message: failure.message }, nowMs, elapsedMs),
  error: failure.code as NonNullable<DeployEvent["error"]>,
  ...(logTail.length === 0 ? {} : { log_tail: fitting(logTail) as NonNullable<DeployEvent["log_tail"]> }),
});
