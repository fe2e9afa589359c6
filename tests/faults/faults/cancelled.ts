/** A request is cancelled at random moments: it ends cancelled and nothing was switched, or the cancel came too late. */
import { jetstream } from "@nats-io/jetstream";
import { newId } from "../../../lib/router/new-id.ts";
import { alice, type HostOfFleet } from "../../support/fleet.ts";
import type { Fault, ServedFleet } from "../support/fault.ts";
import { inLanes } from "../support/lanes.ts";
import { askUntilMoment } from "../support/moment.ts";

const idOf = async (fleet: ServedFleet, seq: number): Promise<string> => {
  const stored = await fleet.log.next(seq, "hd.req.>")();
  return stored._tag === "Right" ? JSON.parse(stored.right?.body ?? "{}").id : "";
};

const cancel = async (fleet: ServedFleet, host: HostOfFleet, request: string): Promise<number> => {
  const tier = fleet.hosts.find(({ hostname }) => hostname === host)?.tier;
  const body = JSON.stringify({ id: newId(), request });
  return (await jetstream(await fleet.client(alice)).publish(`hd.req.${alice}.${tier}.${host}.cancel`, body)).seq;
};

export const cancelled: Fault = {
  name: "cancelled",
  about: "a request cancelled at random moments",
  times: { full: 100, short: 6 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    await fleet.listen("web1", "web2", "lab1");
    await inLanes(stage, async (host, random) => {
      const seq = await askUntilMoment(stage, fleet, host, random, { revision: random.pick(["v1", "main"]) });
      const answer = await cancel(fleet, host, await idOf(fleet, seq));
      const { status, event } = await stage.end(fleet, host, seq);
      const { status: told, event: said } = await fleet.ended(answer, host);
      const isCancelled = event.error === "cancelled";
      stage.expect(isCancelled || status === "completed", `it was cancelled, and ended ${event.message}`);
      stage.expect((told === "applied") === isCancelled, `it ended ${status}, and its cancel ${told}: ${said.message}`);
    });
  },
};
