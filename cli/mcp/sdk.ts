/** The types of the SDK that this folder builds on, by short names, and how its server tells that it has ended. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";

export type ServerOf = Server;
/** Whoever asks is told, after those who asked before. */
export const whenClosed = (server: ServerOf, callback: () => void): void => {
  const before = server.onclose;
  server.onclose = () => {
    before?.();
    callback();
  };
};

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
