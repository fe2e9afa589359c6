/**
 * What the router needs of a message system, as ports. A NATS adapter and a memory adapter implement them, and one
 * behaviour suite holds both to what is said here. Every port has a deadline of its own and ends in a failure, not a throw.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Address } from "../contract/address.ts";
import type { Failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";

/** A record as it stands in the log. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  /** When the log stored it: milliseconds since the epoch, by the server's clock. */
  readonly atMs: number;
  /** The de-duplication id it was appended with. */
  readonly msgId: string | undefined;
  /** Its signature header, as it came: see lib/contract/signature.ts. */
  readonly signature: string | undefined;
  readonly body: string;
}

export interface Entry {
  readonly subject: string;
  readonly body: string;
  /** The same id appended twice within the log's window is stored once. */
  readonly msgId: string;
  /** The sequence of the newest record on this subject, as the writer knows it; 0: there is none. Left out: any. */
  readonly after?: number | undefined;
}

export interface Appended {
  readonly seq: number;
  /** The log had it already; `seq` is that of the first. */
  readonly duplicate: boolean;
}

export interface LogWriter {
  /**
   * Right only when the log has stored it. Retried through leader changes and reconnects until `timeoutMs`. Where another record
   * came to the subject than the entry says, nothing is written; that record may be an earlier try of the same entry, so look.
   */
  readonly append: (entry: Entry, timeoutMs?: number) => TaskEither<Failure, Appended>;
}

export interface LogReader {
  /** The first record at or after `seq` whose subject matches `filter` (wildcards allowed); `undefined`: none yet. */
  readonly next: (seq: number, filter: string) => TaskEither<Failure, Stored | undefined>;
  /** The newest record of exactly this subject, or of the subjects that match. */
  readonly last: (filter: string) => TaskEither<Failure, Stored | undefined>;
  /** At most `limit` records at or after `seq` that match, in order. */
  readonly range: (seq: number, filter: string, limit: number) => TaskEither<Failure, readonly Stored[]>;
  /** Sequence of the newest record; 0 for an empty log. */
  readonly end: () => TaskEither<Failure, number>;
}

/** What the log knows of itself without reading its records, so that its size does not matter. */
export interface LogIndex {
  /** How many records at or after `seq` match; `undefined`: a server that cannot count (before 2.11). */
  readonly count: (seq: number, filter: string) => TaskEither<Failure, number | undefined>;
  /** Each subject that matches, with how many records it has. */
  readonly subjects: (filter: string) => TaskEither<Failure, ReadonlyMap<string, number>>;
  /** The newest record of each subject that matches one of the filters, as of `upTo` (included), in the order of the log. */
  readonly newest: (filters: readonly string[], upTo: number) => TaskEither<Failure, readonly Stored[]>;
}

/** A record as it is handed over to be settled exactly once: a request to one host, an alert to one sink. */
export interface Delivery extends Stored {
  /** 1 for the first time. */
  readonly attempt: number;
  /** How many that were never handed over waited behind it when it was. */
  readonly pending: number;
  /** Done: never deliver it again. Resolves when the log was told; should that be lost, it is delivered once more. */
  readonly ack: () => Promise<void>;
  /** Not now: deliver it again after a delay. */
  readonly later: (delayMs: number) => void;
  /** Still at it: whoever takes longer than the log waits says so from time to time, and it is handed over to nobody else. */
  readonly working: () => void;
  /** Not ours, or beyond us: never deliver it again, and say why. */
  readonly refuse: (reason: string) => void;
}

/** The clock by which the log says when it stored a record. It goes on when the clock of this machine is set. */
export interface LogClock {
  /** Milliseconds since the epoch. Before the log was asked for the first time, and where it does not say: as here. */
  readonly now: () => number;
  /** Resolves within seconds, when the log was asked for the first time, whatever came of it. */
  readonly asked: Promise<void>;
}

export interface Work {
  /** Calls `onDelivery` for each request, without waiting for it; survives reconnects and a re-created consumer. */
  readonly start: (onDelivery: (delivery: Delivery) => void) => TaskEither<Failure, void>;
  /** Takes no more; what was handed over can still be settled. */
  readonly stop: () => Promise<void>;
}

export interface LiveMessage {
  readonly subject: string;
  readonly body: string;
}

/** Core messages: at most once, so for speed and presence, never for truth. */
export interface Live {
  /** Nothing is promised about arrival. */
  readonly publish: (subject: string, body: string) => void;
  /** Resolves when the server knows of the subscription; the result ends it. */
  readonly subscribe: (subject: string, onMessage: (message: LiveMessage) => void) => Promise<() => void>;
}

/** A host that the log keeps a place for, whether it is there or not. */
export interface Enrolled {
  readonly hostname: HostName;
  readonly addresses: readonly Address[];
  /** A listener is waiting for work right now. */
  readonly present: boolean;
  /** Requests that wait for it. */
  readonly pending: number;
}

/** The place in the log that all services of a kind share. */
export interface ServicePlace {
  /** One of them is waiting for records right now. */
  readonly present: boolean;
  /** Records that none of them has settled yet. */
  readonly pending: number;
}

export interface Roster {
  readonly enrolled: () => TaskEither<Failure, readonly Enrolled[]>;
}

/**
 * For a host: its own value in the bucket of presences. The bucket is for people who look, so nothing that is done on a host
 * may wait for it or fail with it.
 */
export interface Announcing {
  /** Tried once; where the link is down, not at all. */
  readonly put: (value: string) => TaskEither<Failure, void>;
  /** Called whenever a link that was lost is there again. */
  readonly onReturn: (callback: () => void) => void;
}

/** For whoever looks at the bucket of presences. */
export interface Presences {
  /** Of these hosts, in any order, what stands there; nothing of those that never announced. `undefined`: no bucket. */
  readonly of: (hosts: readonly HostName[]) => TaskEither<Failure, readonly Stored[] | undefined>;
}

export interface AlertWriter {
  /** The sequence that it got. `undefined`: another record came to the subject in between, and nothing was written. */
  readonly append: (entry: Entry) => TaskEither<Failure, number | undefined>;
}

/** The stream of alerts, to write to and to read. */
export type Alerts = AlertWriter & LogReader;

/** What a publisher (CLI, MCP) is given. */
export interface Bus {
  readonly log: LogWriter & LogReader & LogIndex;
  readonly live: Live;
  readonly roster: Roster;
  readonly presences: Presences;
  /** `undefined`: the log keeps no place for alerters. Those of a rollout that is not over count as pending. */
  readonly alerter: () => TaskEither<Failure, ServicePlace | undefined>;
  /** `undefined`: the log keeps no place for builders. One that builds waits for more all the same, and has what it builds pending. */
  readonly builder: () => TaskEither<Failure, ServicePlace | undefined>;
  /** What people were told, and their answers to it. */
  readonly alerts: Alerts;
  readonly close: () => Promise<void>;
}

/** Lines for the journal of the machine: fields first, then a sentence. */
export interface Logger {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}
