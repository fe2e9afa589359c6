/**
 * The address of a NATS server as people write it, and when two are the same. Who and with what secret one connects is
 * never part of it: an address is shown, logged and sent between servers.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { holdsSeed } from "./scrub.ts";

const form = /^(?:(?<scheme>nats|tls):\/\/)?(?<place>[^\s/@?#]+)$/;
const usualPort = "4222";

/** Where nobody says otherwise. */
export const localServer = "nats://127.0.0.1:4222";

const placeOf = (text: string): URL | undefined => {
  const place = form.exec(text)?.groups?.["place"];
  const url = `http://${place}`;
  return place !== undefined && URL.canParse(url) ? new URL(url) : undefined;
};

/** Left: a clause that never repeats the text, which may hold a secret. */
export const parseServer = (text: string): Either<string, string> => {
  if (text.includes("@")) return left("must not hold a user, password or token; give them by options of their own");
  if (holdsSeed(text)) return left("is given a seed, where a NATS server such as nats://127.0.0.1:4222 is wanted");
  return placeOf(text) === undefined
    ? left("must be a NATS server such as nats://127.0.0.1:4222, tls://nats.example.org or host:port")
    : right(text);
};

/** In one form: two addresses of the same server over the same kind of connection are equal. */
const normal = (server: string): string => {
  const scheme = form.exec(server)?.groups?.["scheme"] ?? "nats";
  // A port of 80 is left out by URL, and so would read as none.
  const [, port = usualPort] = /:(\d+)$/.exec(server) ?? [];
  return `${scheme}://${placeOf(server)?.hostname ?? server}:${port}`;
};

/** Every one of them is one of the known; `tls://` and `nats://` differ, because only one keeps a secret. */
export const areAmong = (servers: readonly string[], known: readonly string[]): boolean => {
  const all = new Set(known.map(normal));
  return servers.every((server) => all.has(normal(server)));
};

/** Only this machine hears what is said to it. */
export const isLoopback = (server: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(placeOf(server)?.hostname ?? "");
