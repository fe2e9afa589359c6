/**
 * The port for reading a stream whole, byte for byte: for whoever compares the log with a copy of it, or makes one.
 * Everything else reads the log by `LogReader`.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";

/** Each name with its values, in the order in which they were sent. */
export type SentHeaders = ReadonlyMap<string, readonly string[]>;

export interface RawRecord {
  /** Its sequence in the stream that it was read from. */
  readonly seq: number;
  /** Of a copy: its sequence in the log. */
  readonly originSeq: number;
  /** Of a copy: which log it comes from. Another one has its name, and was created later. Empty: the server does not say. */
  readonly origin: string;
  readonly subject: string;
  /** When this stream stored it, as the server wrote it: RFC 3339 with nanoseconds. */
  readonly time: string;
  /** As they were sent, but for those that are instructions to the server: it takes some away and adds others. */
  readonly headers: SentHeaders;
  /** Each byte as a character, so that no two bodies look alike. */
  readonly body: string;
}

export interface Extent {
  readonly records: number;
  /** Sequence of the first; 0: there never was one. */
  readonly first: number;
  readonly last: number;
}

export interface RecordReader {
  /** `undefined`: there is no such stream. */
  readonly extent: () => TaskEither<Failure, Extent | undefined>;
  /** The next records at or after `seq`, as many as fit one answer; none: there is no more. */
  readonly page: (seq: number) => TaskEither<Failure, readonly RawRecord[]>;
}
