/** From the words that a user typed to addresses that somebody serves. One that nobody serves stops all: nothing is sent. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Address, shortAddress } from "../../lib/contract/address.ts";
import { aliases, type Environment, resolveTarget } from "../../lib/contract/alias.ts";
import { read } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { type HostName, Tier } from "../../lib/contract/names.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { hostsAt, knownAddresses } from "../../streams/roster.ts";
import { names } from "../print/names.ts";
import { nearest } from "./nearest.ts";

const hint = (word: string, known: ReadonlyMap<string, string>): string => {
  const near = nearest(word.toLowerCase().replaceAll("_", "-"), [...known.keys()]);
  return near.length === 0 ? "" : ` Did you mean the alias ${near.join(" or ")}?`;
};

/** Where a deployment would be taken for a slip, a bare tier means all of it: `prod` is `prod/all`. */
const asTier = (word: string, known: ReadonlyMap<string, string>): string =>
  !known.has(word.toLowerCase()) && read(Tier, word) !== undefined ? `${word}/all` : word;

/** A target that may also be a bare tier. */
export const resolvePlace = (word: string, env: Environment): Either<Failure, readonly Address[]> =>
  resolveTargets([asTier(word, aliases(env))], env);

/** Targets that mean the same address are one. */
export const resolveTargets = (words: readonly string[], env: Environment): Either<Failure, readonly Address[]> => {
  const known = aliases(env);
  const addresses = new Set<Address>();
  for (const word of words) {
    const address = resolveTarget(word, known);
    if (isLeft(address))
      return left(failure("unknown_target", `Nothing was sent: ${address.left}.${hint(word, known)}`));
    addresses.add(address.right);
  }
  return right([...addresses]);
};

export interface Meant {
  readonly address: Address;
  readonly hosts: readonly Enrolled[];
}

/** The target, with its hosts where it does not name the only one. */
export const listed = ({ address, hosts }: Meant): string => {
  const target = shortAddress(address);
  const hostnames = hosts.map(({ hostname }) => hostname);
  return hostnames.length === 1 && target.endsWith(`/${hostnames[0]}`) ? target : `${target} (${names(hostnames)})`;
};

const unknown = (address: Address, enrolled: readonly Enrolled[], repeated: string): Failure => {
  const known = knownAddresses(enrolled).map(shortAddress);
  const near = nearest(shortAddress(address), known);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
  const none =
    known.length === 0 ? "No host is enrolled yet: start a listener first." : `See what there is: hd hosts${repeated}`;
  return failure("unknown_target", `No host serves ${shortAddress(address)}, so nothing was sent. ${hint}${none}`);
};

/** A host takes one request at a time, so of two that come together it would refuse one. */
const meantTwice = (meant: readonly Meant[]): Failure | undefined => {
  const seen = new Map<HostName, Address>();
  for (const { address, hosts } of meant) {
    for (const { hostname } of hosts) {
      const other = seen.get(hostname);
      if (other !== undefined) {
        const both = `both ${shortAddress(other)} and ${shortAddress(address)}`;
        return failure(
          "invalid_request",
          `Nothing was sent: ${hostname} is meant by ${both}, and would refuse the second request. Name each host once.`,
        );
      }
      seen.set(hostname, address);
    }
  }
  return undefined;
};

export const meantBy = (
  addresses: readonly Address[],
  enrolled: readonly Enrolled[],
  repeated: string,
): Either<Failure, readonly Meant[]> => {
  const meant = addresses.map((address) => ({ address, hosts: hostsAt(enrolled, address) }));
  const nobody = meant.find(({ hosts }) => hosts.length === 0);
  if (nobody !== undefined) return left(unknown(nobody.address, enrolled, repeated));
  const twice = meantTwice(meant);
  return twice === undefined ? right(meant) : left(twice);
};
