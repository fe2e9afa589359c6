/**
 * A port for a server that must come back on it, or whose port others must know beforehand. It is taken from below the
 * range out of which systems serve port 0 and outgoing connections: between two starts nobody gets it by chance.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const lowest = 10_000;
const highest = 30_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
};
