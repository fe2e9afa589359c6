/**
 * What is allowed in a fleet file and yet may be a slip: a server can be behind something that these lines say nothing of.
 * A hint is a sentence without a full stop, and stops nothing.
 */
import type { Fleet } from "../contract/fleet.ts";

const defaultPort = "4222";

const portOf = (address: string): string => /:(\d+)$/.exec(address)?.[1] ?? defaultPort;

const tlsHint = ({ server: { urls, tls } }: Fleet): readonly string[] => {
  const url = urls.find((one) => one.startsWith("tls://"));
  if (url === undefined || tls !== undefined) return [];
  const remedy = "write [server.tls], or nats:// instead, unless something before the server does TLS";
  return [`server.urls has ${url}, and without [server.tls] the server takes no TLS: ${remedy}`];
};

/** Of several servers each may listen as it likes. */
const portHint = ({ server: { urls, listen } }: Fleet): readonly string[] => {
  const [url, ...more] = urls;
  if (more.length > 0 || portOf(url) === portOf(listen)) return [];
  const what = `server.urls has port ${portOf(url)}, and server.listen has ${portOf(listen)}`;
  return [`${what}: make them the same, unless something before the server forwards one to the other`];
};

export const hintsOf = (fleet: Fleet): readonly string[] => [...tlsHint(fleet), ...portHint(fleet)];
