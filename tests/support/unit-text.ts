/** A unit as NixOS writes it: the file that systemd reads. */
import type { Unit } from "./nixos-module.ts";

type Value = Unit["serviceConfig"][string];

/** A list is the same key again and again. */
const entry = ([key, value]: readonly [string, Value]): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((one) => `${key}=${one}`);

const section = (name: string, lines: readonly string[]): string => `[${name}]\n${lines.join("\n")}\n`;

const names = (key: string, units: readonly string[]): readonly string[] =>
  units.length === 0 ? [] : [`${key}=${units.join(" ")}`];

const environment = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(
    ([name, value]) => `Environment=${JSON.stringify(`${name}=${value}`).replaceAll("%", "%%")}`,
  );

export const unitText = (unit: Unit): string => {
  const path = unit.path.flatMap((one) => [`${one}/bin`, `${one}/sbin`]).join(":");
  const variables = { ...unit.environment, ...(path === "" ? {} : { PATH: path }) };
  return [
    section("Unit", [
      `Description=${unit.description}`,
      ...names("After", unit.after),
      ...names("Before", unit.before),
      ...names("Wants", unit.wants),
      ...Object.entries(unit.unitConfig).flatMap(entry),
    ]),
    section("Service", [
      ...environment(variables),
      ...(unit.restartIfChanged ? [] : ["X-RestartIfChanged=false"]),
      ...(unit.stopIfChanged ? [] : ["X-StopIfChanged=false"]),
      ...Object.entries(unit.serviceConfig).flatMap(entry),
    ]),
  ].join("\n");
};
