/**
 * Which certificate a server may show that is named by an address. The client starts TLS on a socket that is open already
 * and tells Node no name when the server has none; Node then checks the certificate for `localhost`, which refuses the right
 * one and takes a wrong one. So the addresses that were named are checked instead.
 */
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** What Node checks where it is told no name. */
const standIn = "localhost";

type Check = (name: string, cert: PeerCertificate) => Error | undefined;

const hostOf = (server: string): string =>
  new URL(server.replace(/^(?:\w+:\/\/)?/, "http://")).hostname.replace(/^\[|\]$/g, "");

/** The first of the hosts that the certificate is for decides; otherwise what is wrong with it for the first of all. */
const ofAny = (hosts: readonly string[], cert: PeerCertificate): Error | undefined => {
  const faults = hosts.map((host) => checkServerIdentity(host, cert));
  return faults.includes(undefined) ? undefined : faults[0];
};

/** For the servers that were named, of which a client is connected to one. */
export const identityOf = (servers: readonly string[]): Check => {
  const hosts = servers.map(hostOf);
  const unnamed = hosts.filter((host) => host === standIn || isIP(host) !== 0);
  return (name, cert) =>
    name === standIn && unnamed.length > 0 ? ofAny(unnamed, cert) : checkServerIdentity(name, cert);
};
