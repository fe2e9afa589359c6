/**
 * `[sinks.<name>]` and `[rules.<name>]`, in a fleet file or in one of their own: whom people are told by, and of what. A rule that
 * could never fire is as wrong as one that cannot be read.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type AlertRules, builtInRules, type Condition, type Rule, Severity } from "../contract/alert-rules.ts";
import { RuleName, SinkName } from "../contract/names.ts";
import { type Fault, inOrder, type Tell } from "./fault.ts";
import { type NamedTable, namedTables } from "./named-tables.ts";
import { didYouMean } from "./near.ts";
import { type Known, neverFires } from "./never-fires.ts";
import { conditionKeys, duration, readCondition } from "./read-condition.ts";
import { readSinks } from "./read-sinks.ts";
import {
  oneOf,
  oneOrMore,
  optional,
  present,
  type Read,
  refuseUnknown,
  required,
  type Scope,
  scopeOf,
  text,
  truth,
} from "./reader.ts";
import { isOfFailures } from "./record-facts.ts";
import { readSyntax } from "./syntax.ts";
import type { TomlTable } from "./toml.ts";

export const alertSections = ["sinks", "rules"];

const keys = [...conditionKeys, "to", "severity", "group_wait", "recovery"];
const severities = ["info", "warning", "critical"];

const minutesMs = 60_000;
const usualWaitMs = 5 * minutesMs;
const mostWaitMs = 24 * 60 * minutesMs;

const sinkAmong =
  (sinks: readonly SinkName[]): Read<SinkName> =>
  (value, path, tell) => {
    const found = text(SinkName)(value, path, tell);
    if (found === undefined || sinks.includes(found)) return found;
    const hint = didYouMean(found, sinks) || `; write [sinks.${found}], with its type`;
    tell(value, `${path}: there is no sink ${found}${hint}`);
    return undefined;
  };

const wait: Read<number> = (value, path, tell) => {
  const found = duration(value, path, tell);
  if (found !== undefined && found > mostWaitMs) tell(value, `${path} must be at most 1d: until then nobody is told`);
  return found;
};

const isFailure = (when: Condition): boolean => when.kind !== "record" || isOfFailures(when);

/** What is told of a success is not made good by the next. */
const recoveryOf = (scope: Scope, when: Condition | undefined): boolean => {
  const given = optional(scope, "recovery", truth);
  const successes = when?.kind === "record" && when.status?.every((status) => status === "completed");
  const entry = scope.table.entries.get("recovery");
  if (given && successes && entry !== undefined)
    scope.tell(
      entry.place,
      `${scope.path}.recovery: the rule tells of successes, and those need no recovery. Leave it out`,
    );
  return given ?? (when !== undefined && isFailure(when));
};

const tellIfSilent = ({ table, path, tell }: Scope, when: Condition, known: Known | undefined): void => {
  const misfit = neverFires(when, known);
  if (misfit === undefined) return;
  const place = table.entries.get(misfit.key)?.place ?? table;
  tell(place, `${path}.${misfit.key}: ${misfit.why}. The rule could never fire`);
};

interface Around {
  readonly sinks: readonly SinkName[];
  readonly known: Known | undefined;
}

const readRule = ({ name, table }: NamedTable<RuleName>, { sinks, known }: Around, tell: Tell): Rule | undefined => {
  let isWhole = true;
  const noting: Tell = (place, message) => {
    isWhole = false;
    tell(place, message);
  };
  const scope = scopeOf(table, `rules.${name}`, keys, noting);
  if (scope === undefined) return undefined;
  const to = required(
    scope,
    "to",
    oneOrMore(sinkAmong(sinks), "name one sink or more"),
    JSON.stringify(sinks[0] ?? "ops"),
  );
  const severity = optional(scope, "severity", oneOf(Severity, severities)) ?? "warning";
  const groupWaitMs = optional(scope, "group_wait", wait) ?? usualWaitMs;
  const when = readCondition(scope, known);
  const recovery = recoveryOf(scope, when);
  // Of what could not be read nobody knows what it would have asked for.
  if (when !== undefined && isWhole) tellIfSilent(scope, when, known);
  return to === undefined || when === undefined ? undefined : { name, when, to, severity, recovery, groupWaitMs };
};

const builtIn = (name: string): string | undefined =>
  builtInRules.some((one) => one === name.toLowerCase())
    ? "a rule of this name is always there; take another name"
    : undefined;

/** `known`: the rest of a fleet file; `undefined` in a file that has only these. */
export const readAlerts = (root: TomlTable, known: Known | undefined, tell: Tell): AlertRules => {
  const { sinks, names } = readSinks(root, tell);
  const tables = namedTables(root, { section: "rules", codec: RuleName, reserved: builtIn }, tell);
  return { rules: present(tables.map((one) => readRule(one, { sinks: names, known }, tell))), sinks };
};

/** A file that has nothing else. */
export const readRules = (given: string): Either<readonly Fault[], AlertRules> => {
  const faults: Fault[] = [];
  const tell: Tell = ({ line, column }, message) => {
    faults.push({ line, column, message });
  };
  const { root, whole } = readSyntax(given, tell);
  if (whole) refuseUnknown(root, "in a file of rules", alertSections, tell);
  const alerts = whole ? readAlerts(root, undefined, tell) : undefined;
  return alerts === undefined || faults.length > 0 ? left(inOrder(faults)) : right(alerts);
};
