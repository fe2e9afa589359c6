/** The log takes no more: what is asked is not done, what is under way is not believed, and both go on when it is enlarged. */
import { type JetStreamClient, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { ListenerProcess } from "../../e2e/support/listener-process.ts";
import type { Fleet } from "../../support/fleet.ts";
import { owner } from "../../support/nats-world.ts";
import type { Fault } from "../support/fault.ts";
import { hold } from "../support/held.ts";
import { goesBackTo } from "../support/system.ts";

const maxBytes = 512 * 1024;

const tooMuch = async (js: JetStreamClient, bytes: number): Promise<boolean> =>
  js.publish("hd.req.filler.prod.nobody", "x".repeat(bytes)).then(
    () => false,
    () => true,
  );

/** Until not even an empty record finds room. */
const fill = async (fleet: Fleet): Promise<void> => {
  const js = jetstream(await fleet.client(owner));
  for (const bytes of [64 * 1024, 4 * 1024, 256, 16, 0]) while (!(await tooMuch(js, bytes)));
};

const enlarge = async (fleet: Fleet): Promise<void> => {
  const { streams } = await jetstreamManager(await fleet.client(owner));
  await streams.update("HD_AUDIT", { max_bytes: 100 * maxBytes });
};

const complains = (listener: ListenerProcess): Promise<string> => listener.heard(/"level":"?(?:warn|error|40|50)/);

export const logFull: Fault = {
  name: "log-full",
  about: "the log has no room for the acceptance: nothing is deployed until it is enlarged",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet({ maxBytes });
    const seq = await stage.ask(fleet, "lab1", { revision: "v1" });
    await fill(fleet);
    const listener = fleet.start("lab1");
    await complains(listener);
    stage.expect(fleet.runs("lab1").length === 0, "it was deployed without a record");
    await enlarge(fleet);
    const { status } = await stage.end(fleet, "lab1", seq);
    stage.expect(status === "completed", `it went on, and ended ${status}`);
  },
};

export const logFullMidway: Fault = {
  name: "log-full-midway",
  about: "the log fills up during an activation, for longer than a confirmation may take: the host goes back",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet({ maxBytes, words: ["--confirm-timeout", "1"] });
    await fleet.listen("lab1");
    const good = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
    const held = await hold(stage, fleet, "lab1", { revision: "main" });
    await fill(fleet);
    await held.release();
    await goesBackTo(fleet, "lab1", good.event.closure);
    await enlarge(fleet);
    const { event } = await stage.end(fleet, "lab1", held.seq);
    stage.expect(
      event.error === "rolled_back",
      `it could not append for longer than allowed, and ended ${event.error}`,
    );
  },
};
