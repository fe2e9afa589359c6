/**
 * MCP by Streamable HTTP. On every route the names in Host and Origin are checked first, so that no page in a browser reaches it
 * by a name of its own, and on all but the health check a token is asked for.
 */
import { Hono, type MiddlewareHandler } from "hono";
import type { HttpSessions } from "./http-sessions.ts";
import { type Token, tokenOf } from "./tokens.ts";

const rpcError = (code: number, message: string) => ({ jsonrpc: "2.0", error: { code, message }, id: null });

const hostIn = (url: string): string => {
  try {
    return new URL(url).hostname;
  } catch {
    return "";
  }
};

const onlyBy =
  (names: ReadonlySet<string>): MiddlewareHandler =>
  async (c, next) => {
    const [host, origin] = [c.req.header("host") ?? "", c.req.header("origin")];
    const isMeant = names.has(hostIn(`http://${host}`)) && (origin === undefined || names.has(hostIn(origin)));
    return isMeant ? next() : c.json(rpcError(-32000, "Forbidden host or origin"), 403);
  };

type Env = { readonly Variables: { token: Token } };

const onlyWith =
  (tokens: readonly Token[]): MiddlewareHandler<Env> =>
  async (c, next) => {
    const token = tokenOf(tokens, c.req.header("authorization"));
    if (token === undefined)
      return c.json(rpcError(-32001, "A bearer token is needed"), 401, { "WWW-Authenticate": 'Bearer realm="hd"' });
    c.set("token", token);
    return next();
  };

export interface AppOptions {
  readonly tokens: readonly Token[];
  /** By which names it may be asked for. */
  readonly names: ReadonlySet<string>;
  readonly sessions: HttpSessions;
}

export const httpApp = ({ tokens, names, sessions }: AppOptions): Hono<Env> => {
  const app = new Hono<Env>();
  app.use("*", onlyBy(names));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use("/mcp", onlyWith(tokens));
  app.all("/mcp", (c) => {
    const [id, token] = [c.req.header("mcp-session-id"), c.get("token")];
    if (id === undefined) return sessions.open(c.req.raw, token);
    const transport = sessions.of(id, token);
    return transport === undefined
      ? c.json(rpcError(-32001, "Session not found"), 404)
      : transport.handleRequest(c.req.raw);
  });
  app.notFound((c) => c.json(rpcError(-32601, "There is /mcp and /healthz"), 404));
  app.onError((_, c) => c.json(rpcError(-32603, "Internal error"), 500));
  return app;
};
