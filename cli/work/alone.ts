/** Hosts asked one by one, each at an address that means no other host. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { hostsAt, knownAddresses } from "../../streams/roster.ts";
import { names } from "../print/names.ts";
import type { Meant } from "./targets.ts";

/** The one with its own name first. */
const ownAddress = (host: Enrolled, enrolled: readonly Enrolled[]): Address | undefined =>
  knownAddresses([host]).find((address) => hostsAt(enrolled, address).length === 1);

/** One that cannot be asked alone stops all. */
export const alone = (hosts: readonly Enrolled[], enrolled: readonly Enrolled[]): Either<Failure, readonly Meant[]> => {
  const meant = hosts.flatMap((host) => {
    const address = ownAddress(host, enrolled);
    return address === undefined ? [] : [{ address, hosts: [host] }];
  });
  if (meant.length === hosts.length) return right(meant);
  const others = hosts.filter((host) => ownAddress(host, enrolled) === undefined).map(({ hostname }) => hostname);
  const why = `${names(others)} cannot be asked alone, because each address there is served by other hosts too`;
  return left(failure("unknown_target", `Nothing was sent: ${why}. Give the host an address of its own.`));
};
