/**
 * Names of units in the text of programs. A name counts when it ends in a type of unit that systemd has: the codec alone
 * would take any word for one, and a pattern with `*`, which stands for units and is none.
 */
import { stripVTControlCharacters } from "node:util";
import { read } from "../contract/codec.ts";
import { UnitName } from "../contract/values.ts";

const unitForm = /^[^*]+\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** The word as a unit, if it can be one. */
export const asUnit = (word: string): UnitName | undefined => (unitForm.test(word) ? read(UnitName, word) : undefined);

/** The units of a list with one in each line, as systemctl prints it: perhaps behind a bullet, and followed by anything. */
export const listedUnits = (text: string): readonly UnitName[] => {
  const words = stripVTControlCharacters(text)
    .split("\n")
    .map((line) => /[A-Za-z0-9:_.\\@-]+/.exec(line)?.[0] ?? "");
  return [...new Set(words.map(asUnit).filter((unit) => unit !== undefined))];
};
