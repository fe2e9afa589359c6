/** What the log on the server is like, for people: a line for each part, with what differs below it. */

import { sinkOfDurable } from "../../lib/contract/log-names.ts";
import type { Applied } from "../../streams/apply.ts";
import type { Difference, Setting } from "../../streams/compare.ts";
import type { Paint } from "../print/paint.ts";
import { table } from "../print/table.ts";

export interface Part extends Omit<Applied, "outcome"> {
  readonly outcome: Applied["outcome"] | "missing" | "extra" | "ended";
  /** The command that puts it right; no other part has one. */
  readonly remedy?: string;
}

const show = (setting: Setting): string => {
  if (typeof setting === "object") return setting.length === 0 ? "none" : setting.join(", ");
  return String(setting);
};

const change = ({ setting, want, have }: Difference): string => `${setting}: was ${show(have)}, is ${show(want)}`;

const difference = ({ setting, want, have, fixable }: Difference): string =>
  `${setting}: is ${show(have)}, should be ${show(want)}${fixable ? "" : " (no edit can change it)"}`;

/** Whether the log is not as it should be. */
export const isDifferent = ({ outcome }: Pick<Part, "outcome">): boolean =>
  outcome === "missing" || outcome === "differs" || outcome === "extra";

const tone = (paint: Paint, outcome: Part["outcome"]): string =>
  (isDifferent({ outcome }) ? paint.yellow : paint.green)(outcome);

const hint = (parts: readonly Part[], given: string): string => {
  if (parts.some(({ outcome }) => outcome === "missing")) return `\ncreate what is missing: hd streams apply${given}\n`;
  const fixable = parts.some(({ differences }) => differences.some((one) => one.fixable));
  return fixable ? `\nedit what differs: hd streams apply --update${given}\n` : "";
};

const unwanted = (name: string, remedy: string): string =>
  `not in the ${sinkOfDurable(name) === undefined ? "fleet" : "rules"}; run: ${remedy}`;

/** `given`: the options that led to it, each with a space before it; the hint repeats them. */
export const appliedText = (parts: readonly Part[], paint: Paint, given: string): string => {
  const rows = parts.flatMap(({ kind, name, outcome, fixed, differences, remedy }) => [
    [kind, name, tone(paint, outcome), remedy === undefined ? "" : unwanted(name, remedy)],
    ...fixed.map((one) => ["", "", "", change(one)]),
    ...differences.map((one) => ["", "", "", difference(one)]),
  ]);
  return `${table(["KIND", "NAME", "STATE", "DETAIL"], rows, { paint, width: undefined })}${hint(parts, given)}`;
};
