/**
 * Subject templates: what a listener serves, as text with `<hostname>`, `<tier>` and `<role>`, expanded once at start. A
 * template with a variable that has no value (no role) is skipped, never served half expanded; a misspelt variable is
 * refused, because it would be a subject nobody publishes on.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { Address, splitVerb } from "./address.ts";
import { read } from "./codec.ts";
import type { HostName, Role, Tier } from "./names.ts";

export interface HostIdentity {
  readonly hostname: HostName;
  readonly tier: Tier;
  readonly roles: readonly Role[];
}

export interface Expansion {
  readonly addresses: readonly Address[];
  /** Templates that were not used, each with the variable that has no value. */
  readonly skipped: readonly string[];
}

export const defaultTemplates = ["deploy.<tier>.<hostname>", "deploy.<tier>.all", "deploy.<tier>.role.<role>"] as const;

const variables = (template: string): readonly string[] =>
  [...template.matchAll(/<([^<>]*)>/g)].map(([, name]) => name ?? "");

const fill = (template: string, { hostname, tier }: HostIdentity, role: Role | undefined): string =>
  template
    .replaceAll("<hostname>", hostname)
    .replaceAll("<tier>", tier)
    .replaceAll("<role>", role ?? "");

const expandOne = (template: string, host: HostIdentity): Either<string, readonly Address[]> => {
  const unknown = variables(template).find((name) => !["hostname", "tier", "role"].includes(name));
  if (unknown !== undefined)
    return left(`"${template}": <${unknown}> is not a variable; known are <hostname>, <tier>, <role>`);
  const filled = template.includes("<role>")
    ? host.roles.map((role) => fill(template, host, role))
    : [fill(template, host, undefined)];
  const addresses: Address[] = [];
  for (const subject of filled) {
    const address = read(Address, subject);
    if (address === undefined) return left(`"${template}" becomes "${subject}", which is not ${Address.sentence}`);
    const { verb } = splitVerb(address);
    if (verb !== undefined) return left(`"${template}" ends in ${verb}, which is what can be asked of an address`);
    addresses.push(address);
  }
  return right(addresses);
};

/** Every address of a host, without repeats. Left: the first template that cannot be served, and why. */
export const expandTemplates = (templates: readonly string[], host: HostIdentity): Either<string, Expansion> => {
  const addresses = new Set<Address>();
  const skipped: string[] = [];
  for (const template of templates) {
    const expanded = expandOne(template, host);
    if (expanded._tag === "Left") return expanded;
    if (expanded.right.length === 0) skipped.push(`"${template}" is not served: this host has no role`);
    for (const address of expanded.right) addresses.add(address);
  }
  const asVerb = [...addresses].find((address) => addresses.has(address.slice(0, address.lastIndexOf(".")) as Address));
  if (asVerb !== undefined)
    return left(`"${asVerb}" is another of these addresses with something to ask of it behind it`);
  return addresses.size === 0
    ? left("no deploy subject is left to serve")
    : right({ addresses: [...addresses], skipped });
};

/** Every address of a host by the default templates, which always expand. */
export const addressesOf = (host: HostIdentity): readonly Address[] => {
  const expansion = expandTemplates(defaultTemplates, host);
  return expansion._tag === "Left" ? [] : expansion.right.addresses;
};
