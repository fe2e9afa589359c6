/**
 * Who has subscribed to a resource is told when it has changed: a core subscription on the answers of hosts says when. It is a
 * hint to read again and no more, so what comes close together is told once, and one that is lost is of no consequence.
 */
import {
  ErrorCode,
  McpError,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isLeft } from "fp-ts/lib/Either.js";
import { parseResponseSubject } from "../../lib/contract/address.ts";
import type { LiveMessage } from "../../lib/router/ports.ts";
import { meantBy } from "./resources.ts";
import { type ServerOf, whenClosed } from "./sdk.ts";
import type { Session } from "./session.ts";

const coalesceMs = 200;

/** More than a client can show. */
const most = 1_000;

/** @internal Whether an answer of a host is about a resource. */
export const isAbout = (uri: string, { subject, body }: LiveMessage): boolean => {
  const [meant, said] = [meantBy(uri), parseResponseSubject(subject)];
  if (meant === undefined || said === undefined) return false;
  const { host, id } = meant.args;
  if (host !== undefined) return host === said.host || host === `${said.tier}/${said.host}`;
  return id === undefined || body.includes(`"${id}"`);
};

/** Tells of each once, a moment after the first. */
const teller = (tell: (uri: string) => void) => {
  const changed = new Set<string>();
  const flush = (): void => {
    const all = [...changed];
    changed.clear();
    for (const uri of all) tell(uri);
  };
  return (uri: string): void => {
    if (changed.size === 0) setTimeout(flush, coalesceMs).unref();
    changed.add(uri);
  };
};

type Ended = Promise<() => void>;

const listen = async ({ identity }: Session, onMessage: (message: LiveMessage) => void): Ended => {
  const found = await identity();
  if (isLeft(found)) throw new McpError(ErrorCode.InternalError, found.left.message);
  return found.right.bus.live.subscribe("hd.res.>", onMessage);
};

export const offerSubscriptions = (server: ServerOf, session: Session): void => {
  const wanted = new Set<string>();
  let listening: Ended | undefined;
  // A client that is gone is no error.
  const changed = teller((uri) => void server.sendResourceUpdated({ uri }).catch(() => {}));
  const onMessage = (message: LiveMessage): void => {
    for (const uri of wanted) if (isAbout(uri, message)) changed(uri);
  };
  const stop = (): void => {
    const last = listening;
    listening = undefined;
    void last?.then((end) => end()).catch(() => {});
  };
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    if (meantBy(uri) === undefined) throw new McpError(-32002, "Resource not found", { uri });
    if (wanted.size >= most) throw new McpError(ErrorCode.InvalidParams, `There are ${most} subscriptions already`);
    listening ??= listen(session, onMessage);
    try {
      await listening;
    } catch (thrown) {
      listening = undefined;
      throw thrown;
    }
    wanted.add(uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    wanted.delete(params.uri);
    if (wanted.size === 0) stop();
    return {};
  });
  whenClosed(server, stop);
};
