/** A real HTTP receiver on loopback that keeps what it gets, and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly got: readonly Received[];
  readonly stop: () => Promise<void>;
}

/** `answer` gets the number of the request, beginning with 1. */
export const httpReceiver = async (
  answer: (response: ServerResponse, nth: number) => void = (response) => void response.end("ok"),
): Promise<Receiver> => {
  const got: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const { method = "", url: path = "", headers } = request;
    got.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
    answer(response, got.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, stop };
};

/** Answers with a status. */
export const status =
  (code: number, body = "", headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end(body);
  };
