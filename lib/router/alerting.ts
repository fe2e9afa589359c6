/** What the alerter needs of a message system, as ports: the log, its own stream, and work to take from both. */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Alert, Place } from "../contract/alert.ts";
import type { Failure } from "../contract/failure.ts";
import type { SinkName } from "../contract/names.ts";
import type { Alerts, LogClock, LogIndex, LogReader, Presences, Roster, Work } from "./ports.ts";
import type { FoundStream } from "./provisioner.ts";

export interface AlerterBus {
  readonly log: LogReader & LogIndex;
  readonly alerts: Alerts;
  readonly presences: Presences;
  readonly roster: Roster;
  readonly clock: LogClock;
  readonly isUp: () => boolean;
  /** How full the log is. */
  readonly logStream: () => TaskEither<Failure, FoundStream>;
  /** Every record of the log, shared by all alerters. */
  readonly records: Work;
  /** The server's word of records that no consumer could settle. */
  readonly advisories: Work;
  /** Alerts for one sink, one at a time. */
  readonly sink: (name: SinkName) => Work;
  /** How many records of the log wait for an alerter. */
  readonly lag: () => TaskEither<Failure, number>;
  /** Resolves when the connection has ended and will not come back by itself. */
  readonly closed: Promise<Failure>;
  readonly close: () => Promise<void>;
}

/** What happened on one host, as people read it. */
export interface HostLine {
  readonly place: Place;
  readonly line: string;
  /** The last lines of the job's output. */
  readonly output: readonly string[];
}

/**
 * An alert as people read it: plain text, one line each, without markup and without anything that could drive a terminal. A
 * sink sets it in its own way and takes care of what its own markup is.
 */
export interface AlertMessage {
  readonly title: string;
  /** What is so for all hosts: who asked for what, and why. */
  readonly lines: readonly string[];
  /** How late it is told, where it is; the one line that is another at each try. */
  readonly late: string | undefined;
  /** The first hosts. */
  readonly hosts: readonly HostLine[];
  /** How many more hosts it is about. */
  readonly others: number;
  /** The command that shows more. */
  readonly command: string;
}

/** An alert on its way to one sink. */
export interface Outgoing {
  /** The same at every try, for sinks that know what they had: the alert's message id. */
  readonly id: string;
  /** The alert's sequence in the stream of alerts. */
  readonly seq: number;
  readonly alert: Alert;
  readonly message: AlertMessage;
  /** It was tried before, and nobody knows whether it came through. */
  readonly perhapsAgain: boolean;
}

export type Delivered =
  /** `message`: what is odd about it all the same. */
  | { readonly outcome: "sent"; readonly message?: string | undefined }
  /** To be tried again, not before `afterMs` where the sink says so. `perhaps`: it may have come through all the same. */
  | {
      readonly outcome: "failed";
      readonly message: string;
      readonly afterMs?: number | undefined;
      readonly perhaps?: boolean | undefined;
    }
  /** The sink will never take this one. */
  | { readonly outcome: "refused"; readonly message: string };

/** One way to people. Never rejects, and always comes back within half a minute. */
export interface SinkPort {
  readonly name: SinkName;
  readonly send: (outgoing: Outgoing) => Promise<Delivered>;
}

/** Counts what an alerter does. */
export interface AlertMeter {
  readonly fired: (alert: Alert) => void;
  readonly delivered: (sink: SinkName, outcome: Delivered["outcome"]) => void;
  readonly putAside: () => void;
  /** For the sink that is a counter: an alert has come to it. */
  readonly counted: (alert: Alert) => void;
}
