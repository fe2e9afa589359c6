/**
 * Whom a deployment goes to that waits for a build: the hosts that were meant when it began, each at an address of its own. A
 * group's address would mean whoever serves it by the time of the sending, and so a host that nothing was built for.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Address, shortAddress, tierOf } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { hostsAt, knownAddresses, roleIn } from "../../streams/roster.ts";
import { names } from "../print/names.ts";
import type { Meant } from "../work/targets.ts";

/** That no other host serves it now is not enough: one that comes may serve what does not bear the host's name. */
const isOwn = (address: Address, { hostname }: Enrolled, enrolled: readonly Enrolled[]): boolean =>
  roleIn(address) === undefined &&
  shortAddress(address).split("/").slice(1).includes(hostname) &&
  hostsAt(enrolled, address).length === 1;

/** In the tier that was asked: another one has other permissions and freezes. What was typed first, if it will do. */
const ownAddress = (asked: Address, host: Enrolled, enrolled: readonly Enrolled[]): Address | undefined =>
  [asked, ...knownAddresses([host])].find(
    (address) => tierOf(address) === tierOf(asked) && isOwn(address, host, enrolled),
  );

const nameless = (hosts: readonly Enrolled[]): Failure => {
  const which = hosts.map(({ hostname }) => hostname);
  const why = `--build-first sends to each host by itself, and no address there is that of ${names(which)} alone`;
  const hint = "Give each host an address with its name in it, or deploy without --build-first.";
  return failure("unknown_target", `Nothing was sent: ${why}. ${hint}`);
};

/** One that has no address of its own stops all. */
export const eachHost = (meant: readonly Meant[], enrolled: readonly Enrolled[]): Either<Failure, readonly Meant[]> => {
  const all = meant.flatMap(({ address, hosts }) =>
    hosts.map((host) => ({ host, address: ownAddress(address, host, enrolled) })),
  );
  const each = all.flatMap(({ host, address }) => (address === undefined ? [] : [{ address, hosts: [host] }]));
  return each.length === all.length
    ? right(each)
    : left(nameless(all.filter(({ address }) => address === undefined).map(({ host }) => host)));
};
