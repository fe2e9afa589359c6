/**
 * Rules for alerts, as a file has them: what of the log people are to be told of, and where. A rule looks at records one by
 * one, or at what is missing: something that should have happened by now. All conditions of a rule have to hold.
 */
import { choice } from "./codec.ts";
import type { HostName, Requester, Role, RuleName, SinkName, Tier } from "./names.ts";
import type { Action, Phase, Status } from "./values.ts";

export const Severity = choice("Severity", ["info", "warning", "critical"]);
export type Severity = "info" | "warning" | "critical";

/** Rules that hold without being written; no other may have such a name. */
export const builtInRules = ["log-filling", "log-full", "undeliverable"] as const;
export type BuiltInRule = (typeof builtInRules)[number];

/** Of a file of rules, because what holds without being written goes to all. */
export const mostSinks = 64;

/** Which hosts a rule is about. Left out: all; of a list, any. */
export interface Whom {
  readonly tier?: readonly Tier[] | undefined;
  readonly host?: readonly HostName[] | undefined;
  readonly role?: readonly Role[] | undefined;
}

/** On one response in the log. */
export interface RecordCondition extends Whom {
  readonly kind: "record";
  readonly status?: readonly Status[] | undefined;
  /** Codes of the failure table; also what led to a rollback. */
  readonly error?: readonly string[] | undefined;
  readonly requester?: readonly Requester[] | undefined;
  readonly action?: readonly Action[] | undefined;
  /** In which it ended, or which began. */
  readonly phase?: readonly Phase[] | undefined;
  /** It took longer, in milliseconds. */
  readonly longerThanMs?: number | undefined;
  readonly rolledBack?: true | undefined;
  /** It was asked for in spite of a freeze. */
  readonly freezeOverridden?: true | undefined;
  /** The host did not verify a signature of whoever asked. */
  readonly unsigned?: true | undefined;
  /** So many of them within a time, and only then. */
  readonly times?: { readonly count: number; readonly withinMs: number } | undefined;
}

/**
 * What is absent. `unfinished`: accepted, and no end. `unseen`: nothing was heard of the host. `undeployed`: no deployment
 * succeeded. `reboot`: what a deployment put there waits for a reboot.
 */
export const absences = ["unfinished", "unseen", "undeployed", "reboot"] as const;
export type Absence = (typeof absences)[number];

/** On a host, when it has been so for longer than `afterMs`. */
export interface AbsenceCondition extends Whom {
  readonly kind: Absence;
  readonly afterMs: number;
}

export type Condition = RecordCondition | AbsenceCondition;

export interface Rule {
  readonly name: RuleName;
  readonly when: Condition;
  readonly to: readonly [SinkName, ...SinkName[]];
  readonly severity: Severity;
  /** Whether the first success of a host after an alert closes it, and is told. */
  readonly recovery: boolean;
  /** How long an alert of a rollout may be held back, so that one message tells of all its hosts. */
  readonly groupWaitMs: number;
}

/** Where secrets come from. No value is ever in the rules themselves. */
type SecretFile = string;

interface HttpSink {
  readonly url: string;
}

/** A way to people. `name` is its place in the log. */
export type Sink = { readonly name: SinkName } & (
  | (HttpSink & { readonly type: "webhook"; readonly secretFile: SecretFile | undefined })
  | (HttpSink & { readonly type: "ntfy"; readonly tokenFile: SecretFile | undefined })
  | (HttpSink & { readonly type: "alertmanager"; readonly tokenFile: SecretFile | undefined })
  /** Its URL is its secret. */
  | { readonly type: "slack"; readonly urlFile: SecretFile }
  | (HttpSink & { readonly type: "matrix"; readonly room: string; readonly tokenFile: SecretFile })
  | {
      readonly type: "email";
      /** `smtp://host:port`, or `smtps://` for TLS from the start. */
      readonly server: string;
      readonly from: string;
      readonly to: readonly [string, ...string[]];
      readonly user: string | undefined;
      readonly passwordFile: SecretFile | undefined;
    }
  /** A counter of the alerter's own metrics. */
  | { readonly type: "prometheus" }
  /** A program and its arguments; the alert comes to it on stdin, as JSON. */
  | { readonly type: "command"; readonly argv: readonly [string, ...string[]] }
);

export type SinkType = Sink["type"];

export interface AlertRules {
  readonly rules: readonly Rule[];
  readonly sinks: readonly Sink[];
}
