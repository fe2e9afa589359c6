/** Listens for MCP by HTTP until a signal ends it; then the sessions end first, and nobody is waited for. */
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { httpApp } from "./http.ts";
import { httpSessions } from "./http-sessions.ts";
import type { HttpAddress } from "./options.ts";
import type { ServerOf } from "./sdk.ts";
import type { Token } from "./tokens.ts";

const loopback = ["127.0.0.1", "::1", "localhost"];

/** As they stand in a URL. */
const namesFor = (host: string, more: readonly string[]): ReadonlySet<string> => {
  const own = loopback.includes(host) ? loopback : [host];
  return new Set([...own, ...more].map((name) => (name.includes(":") ? `[${name}]` : name.toLowerCase())));
};

const cannotListen = ({ host, port }: HttpAddress, { message }: Error): Failure =>
  failure("unreachable", `Nothing can be served on ${host}:${port}: ${message}.`);

const listening = (fetch: (request: Request) => Response | Promise<Response>, address: HttpAddress) =>
  new Promise<Either<Failure, ServerType>>((resolve) => {
    const server = serve({ fetch, hostname: address.host, port: address.port }, () => resolve(right(server)));
    server.on("error", (error: Error) => resolve(left(cannotListen(address, error))));
  });

export interface ServeHttp {
  readonly address: HttpAddress;
  /** More names by which clients reach it. */
  readonly names: readonly string[];
  readonly tokens: readonly Token[];
  readonly serverOf: (token: Token) => ServerOf;
  readonly now: () => number;
  readonly say: (sentence: string) => void;
  /** As in Outside. */
  readonly isServing: (sentence: string) => void;
  /** As in CliEnv. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

const reapMs = 60_000;

const shown = (server: ServerType, { host }: HttpAddress): string => {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/mcp`;
};

const inTheClear = "It is not encrypted: let a proxy with TLS stand before it, or serve it on 127.0.0.1 only.";

/** Left: it cannot listen there. Right: it has ended. */
export const serveHttp = async (given: ServeHttp): Promise<Either<Failure, void>> => {
  const { address, tokens, serverOf, now, say, isServing, onInterrupt } = given;
  const sessions = httpSessions(serverOf, now);
  const app = httpApp({ tokens, names: namesFor(address.host, given.names), sessions });
  const server = await listening(app.fetch, address);
  if (server._tag === "Left") return server;
  const reaping = setInterval(() => void sessions.reap(), reapMs).unref();
  const serving = `listening on ${shown(server.right, address)}`;
  say(`hd mcp is ${serving}`);
  isServing(serving);
  if (!loopback.includes(address.host)) say(inTheClear);
  await new Promise<void>((resolve) => void onInterrupt(resolve));
  clearInterval(reaping);
  await sessions.close();
  server.right.close();
  if ("closeAllConnections" in server.right) server.right.closeAllConnections();
  return right(undefined);
};
