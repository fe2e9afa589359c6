/**
 * Which failed units are a deployment's fault, and which of those its request tolerates. Pure. What had failed before is not
 * counted, unless the switch itself said that it failed again.
 */
import type { UnitName } from "../contract/values.ts";
import type { Activated } from "./engine.ts";

export interface UnitsSeen {
  readonly before: readonly UnitName[];
  readonly now: readonly UnitName[];
  readonly activated: Activated;
}

export interface UnitsJudged {
  /** All that failed, tolerated or not. */
  readonly failed: readonly UnitName[];
  /** What is not tolerated; "unknown": units failed and nobody said which. */
  readonly bad: readonly UnitName[] | "unknown";
}

/**
 * `*` stands for any characters. Not by a regular expression: a request names the pattern, and one of many stars would keep it
 * busy for longer than any deadline.
 */
const matches = (unit: string, pattern: string): boolean => {
  const [head = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return unit === head;
  let at = head.length;
  for (const part of rest) {
    const found = unit.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return unit.startsWith(head) && unit.endsWith(last) && unit.length - last.length >= at;
};

const isTolerated = (unit: UnitName, patterns: readonly UnitName[]): boolean =>
  patterns.some((pattern) => matches(unit, pattern));

export const judgeUnits = ({ before, now, activated }: UnitsSeen, tolerated: readonly UnitName[]): UnitsJudged => {
  const named = activated.unitsFailed ? activated.named : [];
  const fresh = now.filter((unit) => !before.includes(unit));
  const blamed = [...new Set([...named, ...fresh])];
  // It said that units failed: where none is new, those that are failed are what it can have meant.
  const failed = blamed.length === 0 && activated.unitsFailed ? [...now] : blamed;
  if (failed.length === 0 && activated.unitsFailed) return { failed, bad: "unknown" };
  return { failed, bad: failed.filter((unit) => !isTolerated(unit, tolerated)) };
};
