/**
 * The ports of a rehearsal: hosts that decide by the real router and the real handlers, and do nothing. What a host cannot
 * decide by itself the record tells it: when it read a request, how long a deployment went on, what runs. Nothing here may
 * append, publish or start anything.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Address } from "../contract/address.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { RequestId, StorePath } from "../contract/values.ts";
import type { Stored } from "./ports.ts";

/** What hosts are tried with. */
export interface Policy {
  /** Whose signatures count; `undefined`: the name in the subject does, as on a host without trusted keys. */
  readonly trustedKeysFile: string | undefined;
  /** How long a request without an expiry of its own may wait. */
  readonly queueMs: number;
  /** What is frozen from before the first record on. */
  readonly frozen: readonly Address[];
}

export interface PlayedHost {
  readonly host: HostIdentity;
  readonly addresses: readonly Address[];
}

/** What a host says to a request. */
export interface Answer {
  readonly decision: "accepted" | "rejected" | "applied" | "not addressed" | "no answer";
  /** Of a refusal: a code of the failure table, or of a newer one. */
  readonly code: string | undefined;
  readonly message: string;
}

export interface Reading {
  /** When the host reads the request, by the clock of the log. */
  readonly atMs: number;
  /** A deployment that is taken goes on until it is told that it has ended; otherwise it ends at once. */
  readonly lasts: boolean;
  /** The request whose deployment goes on at this moment, although its end has been told; by its sequence. */
  readonly notEnded: number | undefined;
  /** What the host says holds for what comes; otherwise it is only said. */
  readonly binds: boolean;
}

/** What a record tells of a host, beside its answers. */
export type Fact =
  /** A deployment whose request was never put to the host. */
  | { readonly kind: "under way"; readonly event: DeployEvent }
  | { readonly kind: "activating"; readonly requestSeq: number }
  | { readonly kind: "ended"; readonly requestSeq: number }
  | { readonly kind: "runs"; readonly closure: StorePath | undefined };

export interface RehearsedHost {
  readonly judge: (request: Stored, reading: Reading) => Promise<Answer>;
  readonly tell: (fact: Fact) => void;
}

/** Whether a request with this id is at a host that has not answered it yet. */
export type Waits = (id: RequestId) => boolean;

export interface Stage {
  readonly host: (played: PlayedHost, waits: Waits) => TaskEither<Failure, RehearsedHost>;
  /** Removes what the hosts kept on the disk. */
  readonly close: () => Promise<void>;
}

/** Left: the policy cannot be used. */
export type Rehearse = (policy: Policy) => TaskEither<Failure, Stage>;
