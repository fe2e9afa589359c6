/**
 * What a switch said of itself, read from the output of whatever ran it. The output also holds what builders and services
 * print, so only whole lines of the known form count, and a unit counts only by a name that a unit can have.
 */
import { stripVTControlCharacters } from "node:util";
import type { UnitName } from "../contract/values.ts";
import { asUnit } from "./unit-names.ts";
import type { Done } from "./workplace.ts";

/** Longer than any command line or list of units; a builder may print a line that takes for ever to look through. */
const lineLength = 20_000;

const linesOf = (output: string): readonly string[] =>
  stripVTControlCharacters(output)
    .split(/\r?\n|\r/)
    .filter((line) => line.length <= lineLength);

const failedForm = /^(?:warning: )?the following units failed: (.+)$/;

/** Each unit that the switch named as failed, once. */
export const namedUnits = (output: string): readonly UnitName[] => {
  const lists = linesOf(output).map((line) => failedForm.exec(line)?.[1] ?? "");
  const units = lists.flatMap((list) => list.split(/[,\s]+/)).map(asUnit);
  return [...new Set(units.filter((unit) => unit !== undefined))];
};

/** The last words of nixos-rebuild-ng, whose own exit code is 1 in some versions. */
const statusForm =
  /^(?:[a-z]+: )?Command '.*\/bin\/switch-to-configuration\b.*' returned non-zero exit status (\d{1,3})\.$/;

/**
 * The exit code of the switch, where whatever ran it passed it on; null: it was ended by a signal. nixos-rebuild in bash makes
 * every failure a 1, but the switch itself names units only when it ends with 4.
 */
export const switchStatus = ({ code, output }: Pick<Done, "code" | "output">): number | null => {
  if (code !== 1) return code;
  const said = linesOf(output).map((line) => statusForm.exec(line)?.[1]);
  const last = said.findLast((status) => status !== undefined);
  if (last !== undefined) return Number(last);
  return namedUnits(output).length > 0 ? 4 : code;
};
