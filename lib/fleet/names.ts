/**
 * The names of a fleet file. Hosts, people and services share one namespace: each name is an inbox prefix, a key file and a
 * NATS context. File systems exist that do not tell capitals from small letters, so here they do not count either.
 */
import { read } from "../contract/codec.ts";
import { vaultKeeper } from "../contract/fleet.ts";
import { HostName, Requester, Tier, unnamed } from "../contract/names.ts";
import { plain } from "../contract/plain.ts";
import type { Place, Tell } from "./fault.ts";
import type { Toml, TomlTable } from "./toml.ts";

export type Section = "hosts" | "people" | "services";

export interface Member {
  readonly section: Section;
  readonly name: string;
  readonly place: Place;
  readonly value: Toml;
}

const sections = ["hosts", "people", "services"] as const;

const entriesOf = (root: TomlTable, section: string, tell: Tell) => {
  const value = root.entries.get(section)?.value;
  if (value === undefined) return [];
  if (value.kind === "table") return [...value.entries];
  tell(value, `${section} must be a table; write [${section}.<name>] for each`);
  return [];
};

export const membersOf = (root: TomlTable, tell: Tell): readonly Member[] =>
  sections.flatMap((section) =>
    entriesOf(root, section, tell).map(([name, { place, value }]) => ({ section, name, place, value })),
  );

const rule = "letters, digits, - and _, at most 63, a letter or a digit at both ends";

const nameFault = ({ section, name }: Member): string | undefined => {
  const shown = plain(name, 80);
  if (read(Requester, name) === undefined) return `"${shown}" cannot be a name; write ${rule}`;
  if (name.toLowerCase() === vaultKeeper) return `${shown} is reserved for the identity that keeps the vault`;
  if (name.toLowerCase() === unnamed && (section !== "services" || name !== unnamed)) {
    return `${shown} is reserved for clients that know nothing of hd; it can only be [services.${unnamed}]`;
  }
  const isReserved = read(HostName, name.toLowerCase()) === undefined;
  return isReserved ? `${shown} is reserved: deploy.<tier>.${shown} is an address of many hosts` : undefined;
};

/** Tells of each name that cannot be one, or that is taken. */
export const checkNames = (members: readonly Member[], tell: Tell): void => {
  const taken = new Map<string, Member>();
  for (const member of members.toSorted((a, b) => a.place.line - b.place.line)) {
    const { section, name, place } = member;
    const fault = nameFault(member);
    if (fault !== undefined) tell(place, fault);
    const first = taken.get(name.toLowerCase());
    if (first === undefined) taken.set(name.toLowerCase(), member);
    else
      tell(
        place,
        `${section}.${name}: the name is taken by ${first.section}.${first.name} on line ${first.place.line}`,
      );
  }
};

export interface NamedTier {
  readonly name: Tier;
  readonly value: Toml;
}

/** With those that cannot be one: what stands there is named elsewhere and should be told once. */
export const tiersOf = (root: TomlTable, tell: Tell): readonly NamedTier[] =>
  entriesOf(root, "tiers", tell).map(([name, { place, value }]) => {
    if (read(Requester, name) === undefined) tell(place, `"${plain(name, 80)}" cannot be a tier; write ${rule}`);
    else if (read(Tier, name) === undefined) tell(place, `${name} cannot be a tier: deploy.${name} has another use`);
    return { name: name as Tier, value };
  });
