/** A check for people: what was looked at, what was found, with the first of it, and what it comes to. */
import type { Checked, Finding } from "../../streams/finding.ts";
import { age } from "../print/age.ts";
import type { Paint } from "../print/paint.ts";

const findingLines = ({ isLoss, message, examples = [] }: Finding, paint: Paint, nowMs: number): readonly string[] => [
  (isLoss ? paint.red : paint.yellow)(message),
  ...examples.map(({ seq, text, atMs }) => `  ${seq}  ${text}${atMs === undefined ? "" : `, ${age(atMs, nowMs)}`}`),
];

export const checkedText = ({ check, facts, findings, verdict }: Checked, paint: Paint, nowMs: number): string => {
  const lines = findings.flatMap((finding) => findingLines(finding, paint, nowMs));
  const tone = findings.length === 0 ? paint.green : paint.bold;
  return [...facts.map((fact) => `${check}  ${fact}`), ...lines, tone(verdict), ""].join("\n");
};
