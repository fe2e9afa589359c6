/** The memory bus that other tests stand on does what a real one does. */
import { addressesOf, busSuite } from "../../support/bus-suite.ts";
import { memoryLog } from "../../support/memory-bus.ts";

busSuite("bus in memory", async ({ maxBytes }) => {
  const log = memoryLog({ maxBytes, ackWaitMs: 1_000 });
  return {
    alice: log.bus(),
    enrol: async (host) => log.enrol(host, addressesOf(host)),
    listener: async (host) => log.listener(host),
    end: async () => undefined,
  };
});
