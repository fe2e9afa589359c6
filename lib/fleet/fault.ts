/** What is wrong with a fleet file, and where. A fault says what would be right, because whoever reads it has the file open. */
import { type Failure, failure } from "../contract/failure.ts";

/** Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Fault extends Place {
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Is told each fault that a reader meets; it goes on reading. */
export type Tell = (place: Place, message: string) => void;

/** More are not read by anyone: one typo may be behind all of them. */
const mostShown = 50;

export const inOrder = (faults: readonly Fault[]): readonly Fault[] =>
  faults.toSorted((a, b) => a.line - b.line || a.column - b.column);

/** One failure with a line for each fault, as compilers write them: `file:line:column: what`. */
export const faultyFile = (file: string, faults: readonly Fault[], consequence: string): Failure<"invalid_request"> => {
  const lines = inOrder(faults)
    .slice(0, mostShown)
    .map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const more = faults.length > mostShown ? [`and ${faults.length - mostShown} more`] : [];
  const count = faults.length === 1 ? "one thing is" : `${faults.length} things are`;
  return failure("invalid_request", [`${consequence}: ${count} wrong.`, ...lines, ...more].join("\n"));
};
