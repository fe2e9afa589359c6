/**
 * Turns what a test file printed, and how it ended, into counts and faults. uvu's exit code is not enough: when a `before` hook
 * throws, it runs no test, reports none as failed and exits with 0.
 */
import { stripVTControlCharacters } from "node:util";

export interface Ending {
  readonly output: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** The deadline that it missed. */
  readonly lateAfterMs: number | undefined;
  /** The processes that it left behind, as a reader wants them named. */
  readonly left: readonly string[];
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly faults: readonly string[];
  /** The lines that say what was skipped and why. */
  readonly skips: readonly string[];
}

interface Totals {
  readonly total: number;
  readonly passed: number;
  readonly skipped: number;
}

const closing = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm;

// uvu draws a suite's name and its dots without an end of line, so a line that a test prints may stand behind them.
const skipLine = /(?:^| {2}|[•✘] )(skip: .*)$/gm;

const totalsOf = (output: string): Totals | undefined => {
  const last = [...output.matchAll(closing)].at(-1);
  return last && { total: Number(last[1]), passed: Number(last[2]), skipped: Number(last[3]) };
};

/** What is wrong with the way it ended, when it did not come to its totals. */
const cutShort = ({ code, signal, lateAfterMs }: Ending): string => {
  if (lateAfterMs !== undefined) return `took longer than ${lateAfterMs / 1000} s and was killed`;
  return signal === null ? `ended with exit code ${code} and without uvu's totals` : `ended by ${signal}`;
};

const faultsOf = (ending: Ending, totals: Totals | undefined, skips: readonly string[]): string[] => {
  if (totals === undefined || ending.code === null) return [cutShort(ending)];
  const { total, passed, skipped } = totals;
  const faults: string[] = [];
  if (passed < total) faults.push(`${total - passed} of ${total} tests did not pass`);
  if (passed === total && ending.code !== 0) faults.push(`ended with exit code ${ending.code} although no test failed`);
  if (skips.length === 0 && total === 0) faults.push("ran 0 tests");
  if (skips.length === 0 && skipped > 0) faults.push("skipped tests without a line `skip: <reason>`");
  return faults;
};

/** A test prints one `skip: <reason>` for itself and returns, or one for those that it left to uvu's `skip`. */
export const verdict = (ending: Ending): Verdict => {
  const output = stripVTControlCharacters(ending.output);
  const totals = totalsOf(output);
  const skips = [...output.matchAll(skipLine)].map(([, line = ""]) => line);
  const left = ending.left.map((process) => `left running, and killed: ${process}`);
  const faults = [...faultsOf(ending, totals, skips), ...left];
  const { total, passed, skipped } = totals ?? { total: 0, passed: 0, skipped: 0 };
  const returnedEarly = Math.min(passed, Math.max(0, skips.length - skipped));
  return {
    passed: passed - returnedEarly,
    failed: Math.max(total - passed, faults.length > 0 ? 1 : 0),
    skipped: skipped + returnedEarly,
    faults,
    skips,
  };
};
