/** Does something so many times, on the three hosts of a fleet at once and on each one after the other. */
import type { HostOfFleet } from "../../support/fleet.ts";
import type { Stage } from "./fault.ts";
import type { Random } from "./random.ts";

const hosts: readonly HostOfFleet[] = ["web1", "web2", "lab1"];

export const inLanes = async (
  { times, random }: Stage,
  turn: (host: HostOfFleet, random: Random, n: number) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    hosts.map(async (host, lane) => {
      const own = random.fork(host);
      for (let n = lane; n < times; n += hosts.length) await turn(host, own, n);
    }),
  );
};
