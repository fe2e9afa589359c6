/** The checks as a page for people: how much of what everyone may do, what is wrong, and what NATS cannot deny. */

import { groups } from "./act.ts";
import { acts } from "./acts.ts";
import { names } from "./fleet.ts";
import { type Check, isWrong } from "./matrix.ts";

const width = 13;

const cell = (checks: readonly Check[]): string => {
  if (checks.length === 0) return "";
  const may = checks.filter(({ want }) => want === "works").length;
  const wrong = checks.filter(isWrong).length;
  return `${may === 0 ? "-" : may}/${checks.length}${wrong === 0 ? "" : ` !${wrong}`}`;
};

const row = (cells: readonly string[]): string =>
  cells.map((one, n) => (n === 0 ? one.padEnd(12) : one.padStart(width))).join(" ");

const matrix = (checks: readonly Check[]): readonly string[] => [
  row(["", ...groups.map((group) => group)]),
  ...[...names, "stranger", "anonymous"].map((who) =>
    row([who, ...groups.map((group) => cell(checks.filter((one) => one.who === who && one.act.group === group)))]),
  ),
];

const undeniable = (): readonly string[] =>
  acts.flatMap(({ spared, name }) => spared.map((who) => `  ${who} may ${name}`));

export const closing = (checks: readonly Check[]): string =>
  `${checks.length} checks, ${checks.filter(isWrong).length} wrong`;

export const page = (checks: readonly Check[]): string =>
  [
    "Of the acts of each kind, how many work / how many were tried; NATS denied all the others.",
    "",
    ...matrix(checks),
    "",
    "Not tried, because NATS cannot tell it from what a provisioner has to do, and it would destroy what the rest is tried on:",
    ...undeniable(),
    "Against that: the vault keeps every record, a listener takes requests from its own consumer only, and a signature covers the subject.",
    "",
    ...checks
      .filter(isWrong)
      .map(({ who, act, want, got }) => `wrong: ${who}: ${act.name}: should be ${want}, is ${got}`),
    closing(checks),
    "",
  ].join("\n");
