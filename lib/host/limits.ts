/**
 * The deadlines of one job, by a clock that nobody can set: one for each phase, and one for the whole. What comes after the
 * activation has its own and is no part of the whole: the time that a build has used up must neither make a system that runs
 * well look ill, nor keep its host from going back.
 */
import type { Phase } from "../contract/values.ts";
import type { JobOrder } from "./job-order.ts";
import type { Time } from "./time.ts";

export interface Limits {
  /** A phase begins. */
  readonly enter: (phase: Phase) => void;
  /** What is left of the phase; never below 0. */
  readonly leftMs: () => number;
  /**
   * What is left, and a while for what ends itself at the deadline. Nothing is waited for longer. That while is the phase's and not
   * each question's, or a machine that answers nothing would keep its job for longer than it can be.
   */
  readonly patienceMs: () => number;
  /** Nothing may begin any more: what asks is told that no time is left, until the next phase. */
  readonly stop: () => void;
  /** What bounds the phase and how to allow more, as a sentence. */
  readonly sentence: () => string;
  /** Since the request was accepted, as far as that can be told. It never goes back. */
  readonly elapsedMs: () => number;
}

type Deadlines = Pick<JobOrder, "accepted_at" | "timeout_ms" | "resolve_ms" | "build_ms" | "activate_ms" | "verify_ms">;

const options: Readonly<Record<Phase, string>> = {
  resolve: "--resolve-timeout",
  build: "--build-timeout",
  activate: "--activate-timeout",
  verify: "--verify-timeout",
  rollback: "--activate-timeout",
};

/**
 * A command past its deadline is ended gently, which takes seconds. A switch goes on by itself when whoever started it was
 * ended, and what runs cannot be told before it is over: a minute in which it may end, what systemd takes to stop it, and a
 * while to see that.
 */
const graceMs: Readonly<Record<Phase, number>> = {
  resolve: 15_000,
  build: 15_000,
  activate: 200_000,
  verify: 10_000,
  rollback: 200_000,
};

/** A question that is asked when the phase and its while are over, because its answer is what the end has to say. */
const lastQuestionMs = 10_000;

const ownMs = (order: Deadlines, phase: Phase): number => {
  switch (phase) {
    case "resolve":
      return order.resolve_ms;
    case "build":
      return order.build_ms;
    case "activate":
      return order.activate_ms;
    case "verify":
      return order.verify_ms;
    case "rollback":
      return Math.min(order.activate_ms, order.timeout_ms);
  }
};

/** After it a job has been silent for longer than it can be: all its deadlines, all graces, and two minutes to look and to tell its end. */
export const jobLimitMs = (order: Deadlines): number =>
  order.timeout_ms +
  order.verify_ms +
  ownMs(order, "rollback") +
  Object.values(graceMs).reduce((a, b) => a + b, 120_000);

interface Bound {
  readonly endsMs: number;
  readonly limitMs: number;
  readonly option: string;
}

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`);

/** Makes the clock of a job that begins now. */
export const limitsOf = (order: Deadlines, time: Pick<Time, "wallMs" | "passedMs">): Limits => {
  const startMs = time.passedMs();
  // By clocks that may have been set since; a job whose time had passed would not have been started.
  const waitedMs = Math.min(Math.max(0, time.wallMs() - Date.parse(order.accepted_at)), order.timeout_ms);
  const boundOf = (phase: Phase): Bound => {
    const nowMs = time.passedMs();
    const wholeEndsMs = startMs + order.timeout_ms;
    const endsMs = nowMs + ownMs(order, phase);
    return phase === "verify" || phase === "rollback" || endsMs < wholeEndsMs
      ? { endsMs, limitMs: ownMs(order, phase), option: options[phase] }
      : { endsMs: wholeEndsMs, limitMs: order.timeout_ms, option: "--timeout" };
  };
  let phase: Phase = "resolve";
  let bound = boundOf(phase);
  let stopped = false;
  const leftMs = () => (stopped ? 0 : Math.max(0, bound.endsMs - time.passedMs()));

  return {
    enter: (next) => {
      phase = next;
      bound = boundOf(next);
      stopped = false;
    },
    leftMs,
    patienceMs: () =>
      stopped ? graceMs[phase] : Math.max(lastQuestionMs, bound.endsMs + graceMs[phase] - time.passedMs()),
    stop: () => {
      stopped = true;
    },
    sentence: () =>
      bound.option === "--timeout"
        ? `The whole deployment may take ${seconds(bound.limitMs)}, and that ended in its phase ${phase}; the listener's --timeout allows more.`
        : `The phase ${phase} may take ${seconds(bound.limitMs)}; the listener's ${bound.option} allows more.`,
    elapsedMs: () => Math.round(waitedMs + time.passedMs() - startMs),
  };
};
