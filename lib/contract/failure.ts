/**
 * The one table of failures: every way a request, a command or a deployment can end badly, with its meaning, whether
 * sending it again can help, and the exit code the CLI gives it. A code is part of the wire contract: add, never rename.
 */

import type { Requester } from "./names.ts";

/** What the table says of a code. */
export interface FailureEntry {
  /** What happened, as a clause that fits after "web1 failed:". */
  readonly meaning: string;
  /** Whether the same request, sent again later, can succeed without anyone changing anything. */
  readonly retry: boolean;
  /** Exit code of a command that ends in it (0 to 255); a host that ends in it makes `hd deploy` exit with 1. */
  readonly exit: number;
}

export const failures = {
  invalid_request: { meaning: "the request does not fit the contract", retry: false, exit: 2 },
  invalid_revision: { meaning: "the revision is not a branch, tag or commit name", retry: false, exit: 2 },
  unknown_target: { meaning: "no host serves this address", retry: false, exit: 2 },
  unauthorized: { meaning: "the requester may not do this", retry: false, exit: 4 },
  unusable_key: { meaning: "a file with a key, a secret or a certificate cannot be used", retry: false, exit: 4 },
  revision_not_found: { meaning: "the remote has no such branch, tag or commit", retry: false, exit: 1 },
  expired: { meaning: "the request was too old when the host read it", retry: true, exit: 1 },
  superseded: { meaning: "a newer request took its place", retry: false, exit: 1 },
  not_current: { meaning: "the host no longer runs what the request was made for", retry: false, exit: 1 },
  busy: { meaning: "another deployment is running on the host", retry: true, exit: 1 },
  frozen: { meaning: "deployments are frozen", retry: true, exit: 1 },
  build_failed: { meaning: "the configuration did not evaluate or build", retry: false, exit: 1 },
  activation_failed: { meaning: "the new configuration was not activated cleanly", retry: false, exit: 1 },
  verification_failed: { meaning: "what runs is not what was built", retry: false, exit: 1 },
  units_failed: { meaning: "the new configuration runs, but units of it failed", retry: false, exit: 1 },
  health_check_failed: { meaning: "a health check failed after activation", retry: false, exit: 1 },
  rolled_back: { meaning: "the host went back to what it was to boot before", retry: false, exit: 1 },
  rollback_failed: {
    meaning: "it failed, and the way back to what it was to boot before failed too",
    retry: false,
    exit: 1,
  },
  timeout: { meaning: "a deadline passed", retry: true, exit: 7 },
  cancelled: { meaning: "it was cancelled", retry: false, exit: 1 },
  too_late: { meaning: "what it asks for is not possible any more", retry: false, exit: 1 },
  interrupted: { meaning: "the job ended without a result", retry: true, exit: 1 },
  unreachable: { meaning: "it could not be reached", retry: true, exit: 5 },
  unaudited: { meaning: "the log could not take the record, so nothing was done", retry: true, exit: 5 },
  internal: { meaning: "a defect of hd", retry: false, exit: 1 },
} as const satisfies Readonly<Record<string, FailureEntry>>;

export type FailureCode = keyof typeof failures;

export const failureCodes = Object.keys(failures) as readonly FailureCode[];

/** A declared ending: its code and one sentence that says what happened, to what, and what to do next. */
export interface Failure<C extends FailureCode = FailureCode> {
  readonly code: C;
  readonly message: string;
  /** Of what was cancelled: who asked for that, and it is known. */
  readonly by?: Requester | undefined;
}

export const failure = <C extends FailureCode>(code: C, message: string): Failure<C> => ({ code, message });

/** Codes that any call can end in, so that no route has to declare them. */
export type CommonCode = "invalid_request" | "unauthorized" | "timeout" | "unreachable" | "unaudited" | "internal";

export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);
