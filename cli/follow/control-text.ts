/**
 * What became of a control request on one host, in words that say what that means for the host. A host that is away has not
 * answered, but a freeze holds for it all the same: what controls a host is applied before anything else that waits for it.
 */
import type { HostName } from "../../lib/contract/names.ts";
import { type Control, isTerminal, type Phase } from "../../lib/contract/values.ts";
import type { HostState } from "../../streams/progress.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { untilText } from "../print/age.ts";
import { explained } from "./explained.ts";
import { askedOf, firstLine, type Observed } from "./watched.ts";

export interface ControlOutcome {
  /** `open`: not known yet. */
  readonly verdict: "done" | "failed" | "open";
  /** A clause that fits after "web1:". */
  readonly text: string;
}

/** The newest that the host had said of what a cancel is to end, before a place in the log. */
const before = ({ cancelled }: Observed, host: HostName, seq: number): ResponseRecord | undefined =>
  cancelled?.responses.findLast((record) => record.host === host && record.seq < seq);

const whileText: Readonly<Partial<Record<Phase, string>>> = {
  resolve: "cancelled while it resolved the revision",
  build: "cancelled while it built",
};

const tooLateText: Readonly<Partial<Record<Phase, string>>> = {
  activate: "too late, it is being activated",
  verify: "too late, it is activated and is being verified",
  rollback: "too late, it is being rolled back",
};

const hasEnded = (known: ResponseRecord | undefined): known is ResponseRecord =>
  known !== undefined && isTerminal(known.status);

const endText = ({ status, event }: ResponseRecord): string => [status, event.error ?? []].flat().join(", ");

/** What the host itself says is newer than what stands before it. */
const phaseOf = (answer: ResponseRecord, known: ResponseRecord | undefined): Phase | undefined =>
  answer.event.phase ?? known?.event.phase ?? undefined;

const cancelledText = (answer: ResponseRecord, known: ResponseRecord | undefined): string => {
  const phase = phaseOf(answer, known);
  if (phase === undefined) return "cancelled before it began";
  return whileText[phase] ?? "cancelled";
};

const refusedText = ({ event }: ResponseRecord): string =>
  `refused: ${explained(event.error)}: ${firstLine(event.message)}`;

const tooLate = (answer: ResponseRecord, known: ResponseRecord | undefined): string => {
  if (hasEnded(known)) return `too late, it has just ended: ${endText(known)}`;
  const phase = phaseOf(answer, known);
  const text = phase === undefined ? undefined : tooLateText[phase];
  return text ?? `too late: ${firstLine(answer.event.message)}`;
};

const appliedText = (control: Control, observed: Observed, answer: ResponseRecord): string => {
  if (control === "cancel") return cancelledText(answer, before(observed, answer.host, answer.seq));
  // Only the host knows whether another freeze holds.
  if (control === "unfreeze") return firstLine(answer.event.message);
  const until = observed.body?.route === "freeze" ? observed.body.input.until : undefined;
  return `frozen ${untilText(until === undefined ? undefined : Date.parse(until))}`;
};

const ended = (control: Control, observed: Observed, answer: ResponseRecord): ControlOutcome => {
  if (answer.status === "applied") return { verdict: "done", text: appliedText(control, observed, answer) };
  const isLate = control === "cancel" && answer.event.error === "too_late";
  const text = isLate ? tooLate(answer, before(observed, answer.host, answer.seq)) : refusedText(answer);
  return { verdict: "failed", text };
};

const awayText: Readonly<Record<Control, ControlOutcome>> = {
  cancel: { verdict: "open", text: "away; it reads the cancel when it returns, before the request itself" },
  freeze: { verdict: "done", text: "away; it obeys when it returns, before it takes anything that waits for it" },
  unfreeze: { verdict: "done", text: "away; it obeys when it returns, before it takes anything that waits for it" },
};

/** The host had ended before the cancel was sent, so there was nothing to end there. */
const alreadyEnded = (known: ResponseRecord | undefined): ControlOutcome | undefined =>
  hasEnded(known) ? { verdict: "done", text: `had ended before: ${endText(known)}` } : undefined;

const outcome = (control: Control, observed: Observed, host: HostName, state: HostState): ControlOutcome => {
  const earlier = alreadyEnded(before(observed, host, observed.request.seq));
  if (earlier !== undefined) return earlier;
  switch (state.kind) {
    case "ended":
      return ended(control, observed, state.record);
    case "unreachable":
      return state.why === "away" ? awayText[control] : { verdict: "open", text: "its listener has not answered" };
    default:
      return { verdict: "open", text: "has not answered yet" };
  }
};

/** `undefined`: a deployment was asked for. */
export const controlOutcome = (observed: Observed, host: HostName, state: HostState): ControlOutcome | undefined => {
  const control = askedOf(observed);
  return control === undefined ? undefined : outcome(control, observed, host, state);
};
