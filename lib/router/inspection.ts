/**
 * The port to what a connection is like: the server at its other end, who that takes the client for, and the log as far as
 * the identity may look at it. Nothing can be changed through it.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { Limits } from "../contract/subject-rules.ts";
import type { ConsumerSettings, FoundStream } from "./provisioner.ts";

export interface Server {
  readonly url: string;
  readonly version: string;
  readonly encrypted: boolean;
  /** It has JetStream, for some of its accounts at least. */
  readonly jetStream: boolean;
  /** It is one of a cluster. */
  readonly clustered: boolean;
}

/** What the clock of the server said in the middle of a request, and the clock here. */
export interface Clocks {
  readonly serverMs: number;
  readonly hereMs: number;
}

/** Who the server takes the client for. */
export interface Identified {
  /** A public key or a user's name; `undefined`: a token, or nobody in particular. */
  readonly user: string | undefined;
  readonly account: string;
  /** `undefined`: no limits. */
  readonly limits: Limits | undefined;
  readonly clocks: Clocks | undefined;
}

export interface FoundPlace {
  readonly settings: ConsumerSettings;
  /** Somebody is waiting for work right now. */
  readonly present: boolean;
  /** Requests that wait. */
  readonly pending: number;
}

export interface Inspection {
  readonly server: Server;
  /** What the client shows of itself, as far as it is no secret. */
  readonly shown: string | undefined;
  /** `undefined`: the identity may not ask. */
  readonly whoAmI: () => TaskEither<Failure, Identified | undefined>;
  readonly log: () => TaskEither<Failure, FoundStream>;
  readonly places: () => TaskEither<Failure, readonly FoundPlace[]>;
  readonly close: () => Promise<void>;
}
