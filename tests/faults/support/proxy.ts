/**
 * A stand-in for the network between a listener and its server: a TCP connection on loopback that can be cut. A cut line
 * is silent, as a pulled cable is: nothing is refused or closed, and what was under way arrives when it is whole again.
 */
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import type { Argv } from "../../../lib/nix/launch.ts";

export interface Proxy {
  readonly cut: () => void;
  readonly heal: () => void;
  /** A listener's command line, with its server behind the proxy. */
  readonly between: (argv: Argv) => Argv;
  readonly close: () => Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
}

/** `port`: of a server on loopback. */
export const proxyTo = async (port: number): Promise<Proxy> => {
  const lines = new Set<Line>();
  let isCut = false;
  const flow = ({ near, far }: Line): void => {
    for (const socket of [near, far]) socket[isCut ? "pause" : "resume"]();
  };
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = createConnection({ host: "127.0.0.1", port });
    const line = { near, far };
    lines.add(line);
    const end = () => {
      lines.delete(line);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (chunk) => to.write(chunk));
      from.on("error", end);
      from.on("close", end);
    }
    flow(line);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  const set = (cut: boolean) => () => {
    isCut = cut;
    for (const line of lines) flow(line);
  };
  return {
    cut: set(true),
    heal: set(false),
    between: ([file, ...words]) => [
      file,
      ...words.map((word, n) => (words[n - 1] === "--nats-url" ? `nats://127.0.0.1:${own}` : word)),
    ],
    close: async () => {
      for (const { near, far } of lines) for (const socket of [near, far]) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
