/**
 * Resources: what a person points at in a client. Each is the answer of a tool with arguments that its URI holds, so that what is
 * said of a thing is the same by whatever way it is asked for.
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isLeft } from "fp-ts/lib/Either.js";
import { byText } from "../print/by-text.ts";
import { callTool } from "./call.ts";
import type { ServerOf } from "./sdk.ts";
import type { Session } from "./session.ts";

const mimeType = "application/json";

const fleet = {
  uri: "hd://fleet",
  name: "fleet",
  title: "The fleet",
  description: "What every host runs, and which differ from their tier",
  mimeType,
};

const templates = [
  {
    uriTemplate: "hd://hosts/{host}",
    name: "host",
    title: "A host",
    description: "What it runs and does, and its last deployments",
    mimeType,
  },
  {
    uriTemplate: "hd://deployments/{id}",
    name: "deployment",
    title: "A deployment",
    description: "A request and how each host came through it",
    mimeType,
  },
  {
    uriTemplate: "hd://deployments/{id}/log",
    name: "deployment-log",
    title: "Output of a failed job",
    description: "The last lines of it, as the log has them",
    mimeType,
  },
];

const hostUri = (host: string): string => `hd://hosts/${host}`;

export interface Meant {
  readonly tool: string;
  readonly args: Readonly<Record<string, string>>;
}

const unescaped = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** `undefined`: it is no resource of ours. */
export const meantBy = (uri: string): Meant | undefined => {
  if (uri === fleet.uri) return { tool: "fleet_status", args: {} };
  const [, kind = "", name = "", log] = /^hd:\/\/(hosts|deployments)\/([^/?#]{1,200})(\/log)?$/.exec(uri) ?? [];
  const text = unescaped(name);
  if (text === undefined || text === "" || (kind === "hosts" && log !== undefined)) return undefined;
  if (kind === "hosts") return { tool: "host_get", args: { host: text } };
  return { tool: log === undefined ? "deployment_get" : "deployment_log", args: { id: text } };
};

const notFound = (uri: string, why: string): McpError => new McpError(-32002, `Resource not found: ${why}`, { uri });

const textOf = ({ content }: CallToolResult): string =>
  content.map((one) => (one.type === "text" ? one.text : "")).join("");

const readOne = async (session: Session, uri: string, signal: AbortSignal) => {
  const meant = meantBy(uri);
  if (meant === undefined) throw notFound(uri, "there are hd://fleet, hd://hosts/{host} and hd://deployments/{id}");
  const called = { client: "", signal, progress: () => {}, confirm: async () => "unsupported" as const };
  const result = await callTool(session, { ...called, name: meant.tool, args: meant.args });
  if (result === undefined || result.isError === true) throw notFound(uri, result === undefined ? "" : textOf(result));
  return { contents: [{ uri, mimeType, text: JSON.stringify(result.structuredContent) }] };
};

const pageSize = 100;

/** The fleet, then its hosts; the cursor is how many hosts to pass over. */
const list = async ({ identity }: Session, cursor: string | undefined) => {
  const offset = Number(cursor ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new McpError(ErrorCode.InvalidParams, "Unknown cursor");
  const found = await identity();
  const enrolled = isLeft(found) ? found : await found.right.bus.roster.enrolled()();
  // The fleet can be pointed at, whoever its hosts are.
  const names = isLeft(enrolled) ? [] : enrolled.right.map(({ hostname }) => hostname).sort(byText);
  const hosts = names.slice(offset, offset + pageSize).map((name) => ({ uri: hostUri(name), name, mimeType }));
  const next = offset + pageSize;
  return {
    resources: offset === 0 ? [fleet, ...hosts] : hosts,
    ...(next < names.length ? { nextCursor: String(next) } : {}),
  };
};

export const offerResources = (server: ServerOf, session: Session): void => {
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }) => list(session, params?.cursor));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: templates }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) => readOne(session, params.uri, signal));
};
