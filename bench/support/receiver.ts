/** A webhook of the benchmarks: answers at once, and says how many came. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Place } from "../place.ts";

export interface Receiver {
  readonly url: string;
  /** Resolves when so many have come since the receiver was started. */
  readonly until: (count: number) => Promise<void>;
  readonly count: () => number;
}

export const receiver = async ({ undo }: Pick<Place, "undo">): Promise<Receiver> => {
  const waiting = new Map<number, () => void>();
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      count += 1;
      response.end();
      waiting.get(count)?.();
      waiting.delete(count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    count: () => count,
    until: (wanted) => (count >= wanted ? Promise.resolve() : new Promise((resolve) => waiting.set(wanted, resolve))),
  };
};
