/**
 * The port to where the log is made: streams and consumers, created, looked at and edited. It has no way to delete a record
 * or a stream, because the log is an audit trail. A consumer is only the place of a host, which may leave.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";

export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: string;
  readonly retention: string;
  /** What a full stream does: `new` refuses the new record, `old` forgets the oldest. */
  readonly discard: string;
  readonly replicas: number;
  /** -1: no bound. */
  readonly maxBytes: number;
  /** -1: no bound. */
  readonly maxRecords: number;
  /** -1: no bound. */
  readonly maxRecordsPerSubject: number;
  /** 0: for ever. */
  readonly maxAgeMs: number;
  readonly maxRecordBytes: number;
  readonly duplicateWindowMs: number;
  readonly denyDelete: boolean;
  readonly denyPurge: boolean;
  readonly allowDirect: boolean;
  /** The stream of another account that it copies: its name, the prefix of its API here, where it delivers. Empty: none. */
  readonly source: readonly string[];
  /** Features that are on and that hd knows nothing of: each can alter, erase or copy records. */
  readonly extras: readonly string[];
}

export interface FoundStream {
  readonly settings: StreamSettings;
  readonly usedBytes: number;
  readonly records: number;
  /** When it was made: milliseconds since the epoch. One that is made anew under the same name is another one. */
  readonly madeMs: number;
  /** When it stored the first record that it has; `undefined`: it has none. */
  readonly firstAtMs: number | undefined;
}

export interface ConsumerSettings {
  readonly name: string;
  readonly filters: readonly string[];
  /** Where it began: `new` is with the first record after its creation. */
  readonly deliver: string;
  readonly acknowledge: string;
  readonly ackWaitMs: number;
  readonly maxDeliver: number;
  readonly maxAckPending: number;
  /** 0: as many as the stream. */
  readonly replicas: number;
  /** Features that are on and that hd knows nothing of. */
  readonly extras: readonly string[];
}

export interface Provisioner {
  /** `undefined`: there is none. */
  readonly stream: (name: string) => TaskEither<Failure, FoundStream | undefined>;
  readonly createStream: (settings: StreamSettings) => TaskEither<Failure, void>;
  readonly updateStream: (settings: StreamSettings) => TaskEither<Failure, void>;
  readonly consumers: (stream: string) => TaskEither<Failure, readonly ConsumerSettings[]>;
  /** How many records each consumer has still to hand over or to see settled. */
  readonly waiting: (stream: string) => TaskEither<Failure, ReadonlyMap<string, number>>;
  readonly createConsumer: (stream: string, settings: ConsumerSettings) => TaskEither<Failure, void>;
  readonly updateConsumer: (stream: string, settings: ConsumerSettings) => TaskEither<Failure, void>;
  /** One that is not there is no failure. */
  readonly deleteConsumer: (stream: string, name: string) => TaskEither<Failure, void>;
}
