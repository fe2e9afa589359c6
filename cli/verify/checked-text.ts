/** A check for people: what was looked at, what was found, and what it comes to. */
import type { Checked } from "../../streams/finding.ts";
import type { Paint } from "../print/paint.ts";

export const checkedText = ({ check, facts, findings, verdict }: Checked, paint: Paint): string => {
  const lines = findings.map(({ isLoss, message }) => (isLoss ? paint.red : paint.yellow)(message));
  const tone = findings.length === 0 ? paint.green : paint.bold;
  return [...facts.map((fact) => `${check}  ${fact}`), ...lines, tone(verdict), ""].join("\n");
};
