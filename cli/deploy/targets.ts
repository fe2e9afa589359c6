/** From the words that a user typed to addresses that somebody serves. One that nobody serves stops all: nothing is sent. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Address, shortAddress } from "../../lib/contract/address.ts";
import { aliases, type Environment, resolveTarget } from "../../lib/contract/alias.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { hostsAt, knownAddresses } from "../../streams/roster.ts";
import { nearest } from "../work/nearest.ts";

/** Targets that mean the same address are one. */
export const resolveTargets = (words: readonly string[], env: Environment): Either<Failure, readonly Address[]> => {
  const known = aliases(env);
  const addresses = new Set<Address>();
  for (const word of words) {
    const address = resolveTarget(word, known);
    if (isLeft(address)) return left(failure("unknown_target", `Nothing was sent: ${address.left}.`));
    addresses.add(address.right);
  }
  return right([...addresses]);
};

export interface Meant {
  readonly address: Address;
  readonly hosts: readonly Enrolled[];
}

const unknown = (address: Address, enrolled: readonly Enrolled[]): Failure => {
  const known = knownAddresses(enrolled).map(shortAddress);
  const near = nearest(shortAddress(address), known);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
  const none = known.length === 0 ? "No host is enrolled yet: start a listener first." : "See what there is: hd hosts";
  return failure("unknown_target", `No host serves ${shortAddress(address)}, so nothing was sent. ${hint}${none}`);
};

export const meantBy = (
  addresses: readonly Address[],
  enrolled: readonly Enrolled[],
): Either<Failure, readonly Meant[]> => {
  const meant = addresses.map((address) => ({ address, hosts: hostsAt(enrolled, address) }));
  const nobody = meant.find(({ hosts }) => hosts.length === 0);
  return nobody === undefined ? right(meant) : left(unknown(nobody.address, enrolled));
};
