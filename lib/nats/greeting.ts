/**
 * The line with which a server greets whoever connects, read without a NATS client: it tells why a client that gets no
 * further is left waiting. Asked only when a connection has failed, and never with credentials.
 */
import { createConnection } from "node:net";
import { isRight } from "fp-ts/lib/Either.js";
import { toggle } from "../contract/codec.ts";
import { optional, struct } from "../contract/struct.ts";

const waitMs = 1_000;
const mostBytes = 64 * 1024;

const info = struct("Info", {
  tls_required: optional(toggle("Toggle"), "talks TLS only"),
  tls_verify: optional(toggle("Toggle"), "wants a client certificate"),
});

/** `silent`: it took the connection and said nothing that NATS says. */
export type Greeting = { readonly wantsTls: boolean; readonly wantsCertificate: boolean } | "silent" | "away";

const parse = (line: string): Greeting => {
  try {
    const found = info.lenient(JSON.parse(line.replace(/^INFO /, "")));
    if (!isRight(found)) return "silent";
    const { tls_required = false, tls_verify = false } = found.right;
    return { wantsTls: tls_required, wantsCertificate: tls_verify };
  } catch {
    return "silent";
  }
};

/** `nats://host:port`, `tls://host`, `host:port`, `[::1]:4222`. */
const placeOf = (server: string): { readonly host: string; readonly port: number } => {
  const { hostname, port } = new URL(server.replace(/^(?:\w+:\/\/)?/, "http://"));
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 4222 : Number(port) };
};

/** Total: whatever happens is one of the three. */
export const greeting = (server: string): Promise<Greeting> =>
  new Promise((resolve) => {
    const socket = createConnection(placeOf(server));
    let heard = "";
    let connected = false;
    const end = (greeted: Greeting): void => {
      socket.destroy();
      resolve(greeted);
    };
    socket.setTimeout(waitMs, () => end(connected ? "silent" : "away"));
    socket.once("connect", () => {
      connected = true;
    });
    socket.once("error", () => end("away"));
    socket.once("close", () => end(connected ? "silent" : "away"));
    socket.on("data", (data) => {
      heard += data.toString("utf8");
      const [line, rest] = heard.split("\r\n", 2);
      if (rest !== undefined) end(parse(line ?? ""));
      else if (heard.length > mostBytes) end("silent");
    });
  });
