/**
 * A request that was handed over and never read (a listener that was killed, a connection that was dead): what came after it
 * does not run as if it had never been made.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: handed over");
const fleet = await startFleet(test, { consumer: { ackWaitMs: 3_000 } });

/** What comes at a host whose listener does not move any more, and is gone before it reads it. */
const unread = async (ask: () => Promise<number>): Promise<number> => {
  const [listener] = await fleet.listen("lab1");
  listener?.signal("SIGSTOP");
  const seq = await ask();
  await fleet.killListeners();
  return seq;
};

test("a freeze that nobody read holds for what was asked after it", async () => {
  const freeze = await unread(() => fleet.ask("test/all/freeze", { reason: "inventory" }));
  const deploy = await fleet.ask("test/lab1", { revision: "v1" });
  await fleet.listen("lab1");
  assert.is((await fleet.ended(deploy, "lab1")).event.error, "frozen");
  assert.is((await fleet.ended(freeze, "lab1")).status, "applied");
  assert.is(fleet.runs("lab1").length, 0);
  await theLogIsTrue(fleet);
});

test.run();
