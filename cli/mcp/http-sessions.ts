/**
 * Sessions over HTTP: one server for each, bound to the token that opened it. To any other token it does not exist. One that is
 * idle for long is ended; whoever it was begins another.
 */
import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport as Transport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { type ServerOf, whenClosed } from "./sdk.ts";
import type { Token } from "./tokens.ts";

interface HttpSession {
  readonly transport: Transport;
  readonly server: ServerOf;
  /** The name of the token. */
  readonly owner: string;
  usedAtMs: number;
}

export interface HttpSessions {
  /** `undefined`: there is no such session, for this token. */
  readonly of: (id: string, token: Token) => Transport | undefined;
  /** Answers a request that has none: only one that opens a session gets one. */
  readonly open: (request: Request, token: Token) => Promise<Response>;
  /** Ends those that nobody has used for long. */
  readonly reap: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Of each token: a client has one, and what opens them without end must not fill the memory. */
const mostSessions = 20;

const idleMs = 30 * 60_000;

export const httpSessions = (serverOf: (token: Token) => ServerOf, now: () => number): HttpSessions => {
  const sessions = new Map<string, HttpSession>();
  const end = async (ended: readonly HttpSession[]): Promise<void> => {
    await Promise.all(ended.map(({ server }) => server.close()));
  };
  const opened = (id: string, session: HttpSession): void => {
    sessions.set(id, session);
    const same = [...sessions.values()].filter(({ owner }) => owner === session.owner);
    const longestUnused = same.sort((one, other) => one.usedAtMs - other.usedAtMs);
    void end(longestUnused.slice(0, Math.max(0, same.length - mostSessions)));
  };
  const open = async (request: Request, token: Token): Promise<Response> => {
    const server = serverOf(token);
    const transport: Transport = new Transport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => opened(id, { transport, server, owner: token.name, usedAtMs: now() }),
    });
    whenClosed(server, () => void sessions.delete(transport.sessionId ?? ""));
    await server.connect(transport);
    const response = await transport.handleRequest(request);
    if (transport.sessionId === undefined) await server.close();
    return response;
  };
  return {
    of: (id, { name }) => {
      const found = sessions.get(id);
      if (found?.owner !== name) return undefined;
      found.usedAtMs = now();
      return found.transport;
    },
    open,
    reap: () => end([...sessions.values()].filter(({ usedAtMs }) => now() - usedAtMs >= idleMs)),
    close: () => end([...sessions.values()]),
  };
};
