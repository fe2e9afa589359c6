/** Where the responses to an address stand: the narrowest filter that leaves out none of its hosts. */
import { type Address, responseFilter, tierOf } from "../lib/contract/address.ts";
import type { Enrolled } from "../lib/router/ports.ts";
import { tierOfHost } from "./roster.ts";

/** An address of one's own making may look like a host's, or stand for hosts of another tier. */
export const responsesTo = (address: Address, hosts: readonly Enrolled[]): string => {
  const tier = tierOf(address);
  if (hosts.some((host) => tierOfHost(host) !== tier)) return "hd.res.*.*.*";
  const narrow = responseFilter(address);
  const covers = hosts.every(({ hostname }) => narrow === `hd.res.${tier}.${hostname}.*`);
  return covers ? narrow : `hd.res.${tier}.*.*`;
};
