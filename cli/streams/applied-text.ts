/** What the log on the server is like, for people: a line for each part, with what differs below it. */

import { sinkOfDurable } from "../../lib/contract/log-names.ts";
import type { Applied } from "../../streams/apply.ts";
import type { Difference, Setting } from "../../streams/compare.ts";
import { plural } from "../../streams/plural.ts";
import type { Paint } from "../print/paint.ts";
import { table } from "../print/table.ts";

export interface Part extends Omit<Applied, "outcome"> {
  readonly outcome: Applied["outcome"] | "missing" | "extra" | "ended";
  /** The command that puts it right; no other part has one. */
  readonly remedy?: string;
  /** Of a place of a sink that is extra or ended: the alerts that wait there, and are sent to nobody. */
  readonly waiting?: number;
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

const lost = ({ waiting = 0 }: Part): readonly string[] =>
  waiting === 0 ? [] : [`${plural(waiting, "alert")} that waited there ${waiting === 1 ? "is" : "are"} sent to nobody`];

const unwanted = (part: Part, remedy: string): string =>
  [`not in the ${sinkOfDurable(part.name) === undefined ? "fleet" : "rules"}`, ...lost(part), `run: ${remedy}`].join(
    "; ",
  );

const detail = (part: Part): string => (part.remedy === undefined ? lost(part).join("") : unwanted(part, part.remedy));

/** `given`: the options that led to it, each with a space before it; the hint repeats them. */
export const appliedText = (parts: readonly Part[], paint: Paint, given: string): string => {
  const rows = parts.flatMap((part) => [
    [part.kind, part.name, tone(paint, part.outcome), detail(part)],
    ...part.fixed.map((one) => ["", "", "", change(one)]),
    ...part.differences.map((one) => ["", "", "", difference(one)]),
  ]);
  return `${table(["KIND", "NAME", "STATE", "DETAIL"], rows, { paint, width: undefined })}${hint(parts, given)}`;
};
