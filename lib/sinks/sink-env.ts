/** What the sinks need of the world. */

import type { Either } from "fp-ts/lib/Either.js";
import type { Sink, SinkType } from "../contract/alert-rules.ts";
import type { Environment } from "../contract/alias.ts";
import type { RuleName } from "../contract/names.ts";
import type { AlertMeter, Delivered, Outgoing } from "../router/alerting.ts";

/** Why a program did not take an alert. `perhaps`: it did not end by itself, so it may have. */
export interface NotTaken {
  readonly why: string;
  readonly perhaps: boolean;
}

export interface SinkEnv {
  /** Says where systemd put the credentials. */
  readonly env: Environment;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly meter: Pick<AlertMeter, "counted">;
  /** Whether an alert by this rule stands until a success closes it; others tell of a moment. */
  readonly recovers: (rule: RuleName) => boolean;
  /** Gives a program a text on its standard input. Past its time it is ended, which may take some seconds more. */
  readonly runCommand: (
    argv: readonly [string, ...string[]],
    input: string,
    timeoutMs: number,
  ) => Promise<Either<NotTaken, void>>;
  /** How long a sink may take; left out: 15 seconds. */
  readonly deadlineMs?: number;
}

/** Far less than an alert may be in hand before another alerter is given it. */
export const deadlineOf = ({ deadlineMs = 15_000 }: SinkEnv): number => deadlineMs;

type Send = (outgoing: Outgoing) => Promise<Delivered>;

export type SenderOf<T extends SinkType> = (sink: Extract<Sink, { readonly type: T }>, env: SinkEnv) => Send;
