/**
 * The metrics over HTTP: `/metrics` and `/healthz`, to be read and nothing else. It must never hurt the service that it shows:
 * what goes wrong after the start is told, who is slow or too many is cut off, and nothing of a request is kept.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { type MetricsAddress, placeOfMetrics } from "../contract/metrics-address.ts";
import type { Endpoint, EndpointOptions } from "../router/metering.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const plainText = "text/plain; charset=utf-8";
const line = (status: number, text: string): Answer => ({ status, type: plainText, text: `${text}\n` });

/** For a whole request, and for a reader that takes nothing. */
const defaultSlowMs = 10_000;
const mostConnections = 32;

const answerTo = async (path: string, { shown, trouble }: EndpointOptions): Promise<Answer> => {
  if (path === "/metrics") {
    const text = await shown.text();
    return text === undefined
      ? line(503, "The log is being counted; ask again in a moment.")
      : { status: 200, type: shown.contentType, text };
  }
  if (path !== "/healthz") return line(404, "Not found. Here are /metrics and /healthz.");
  const wrong = trouble();
  return wrong === undefined ? line(200, "ok") : line(503, wrong);
};

const send = (response: ServerResponse, { status, type, text }: Answer, method: string): void => {
  const headers = { "content-type": type, "content-length": Buffer.byteLength(text), "cache-control": "no-store" };
  response.writeHead(status, status === 405 ? { ...headers, allow: "GET, HEAD" } : headers);
  response.end(method === "HEAD" ? undefined : text);
};

const respond = async (
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  options: EndpointOptions,
): Promise<void> => {
  const isReading = method === "GET" || method === "HEAD";
  const [path = ""] = url.split("?");
  try {
    send(response, isReading ? await answerTo(path, options) : line(405, "Only GET and HEAD."), method);
  } catch (thrown) {
    options.notice(`The metrics could not be shown: ${causeOf(thrown)}.`);
    send(response, line(500, "The metrics could not be shown; the log of this service says why."), method);
  }
};

const serverOf = (options: EndpointOptions, slowMs: number): Server => {
  const limits = {
    ...{ requestTimeout: slowMs, headersTimeout: slowMs, keepAliveTimeout: slowMs },
    ...{ maxHeaderSize: 8_192, connectionsCheckingInterval: slowMs / 10 },
  };
  const server = createServer(limits, (request, response) => void respond(request, response, options));
  server.maxConnections = mostConnections;
  server.setTimeout(slowMs);
  // A service that ends waits for nobody who reads.
  server.unref();
  return server;
};

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this user may not listen there",
  ENOTFOUND: "there is no address of that name",
};

const cannotListen = (address: MetricsAddress, error: NodeJS.ErrnoException): Failure<"unreachable"> =>
  failure(
    "unreachable",
    `Metrics cannot be shown at ${address}: ${reasons[error.code ?? ""] ?? error.message}. Give another address with --metrics, or leave it out.`,
  );

const closing = (server: Server) => (): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const urlOf = (server: Server): string => {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return "";
  const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
  return `http://${host}:${bound.port}/metrics`;
};

/** Left: nobody can listen there, and what to do. */
export const serveMetrics = (
  options: EndpointOptions,
  slowMs = defaultSlowMs,
): Promise<Either<Failure<"unreachable">, Endpoint>> =>
  new Promise((resolve) => {
    const server = serverOf(options, slowMs);
    server.once("error", (error) => resolve(left(cannotListen(options.address, error))));
    server.listen(placeOfMetrics(options.address), () => {
      server.removeAllListeners("error");
      server.on("error", (error) => options.notice(`The metrics cannot be shown any more: ${causeOf(error)}.`));
      resolve(right({ url: urlOf(server), close: closing(server) }));
    });
  });
