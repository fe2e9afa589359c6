/** The types of the SDK that this folder builds on, by short names. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";

export type ServerOf = Server;
export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
