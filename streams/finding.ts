/**
 * What a check of the log came to. A finding is something that should not be; a check without one has found everything as it
 * has to be, and its facts say how much that was.
 */
import type { SequenceRanges } from "./sequence-ranges.ts";

/** One of those that a finding counts. */
export interface Example {
  readonly seq: number;
  /** A clause for people. */
  readonly text: string;
  /** Since when it is so. */
  readonly atMs?: number;
}

export interface Finding extends SequenceRanges {
  /** For programs: a word that stays the same. */
  readonly code: string;
  /** Whether a record is gone for good or is not what was recorded; otherwise there still is one good copy. */
  readonly isLoss: boolean;
  /** What was found, as a sentence. */
  readonly message: string;
  /** The first few; none where the sequences say all. */
  readonly examples?: readonly Example[];
}

export interface Checked {
  readonly check: string;
  /** What was looked at, a line each. */
  readonly facts: readonly string[];
  readonly findings: readonly Finding[];
  /** What it comes to, as a sentence. */
  readonly verdict: string;
}
