/** A listener that is started twice for the same host and state folder: the second one ends, and nothing is done twice. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: two listeners");
const fleet = await startFleet(test);

test("the second one names the first and ends, whatever the first is doing", async () => {
  const [first] = await fleet.listen("lab1");
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { revision: "v1" });
  await fleet.response(seq, ({ event }) => event.phase === "activate");
  const second = fleet.start("lab1");
  assert.equal(await second.exited, { code: 1, signal: null });
  assert.match(
    second.err(),
    `Another listener (process ${first?.pid}) works in the state folder ${fleet.root("lab1")}`,
  );
  assert.not.match(second.err(), "going on with a deployment");
  await gate.open();
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await gate.remove();
  await first?.terminate();
  await theLogIsTrue(fleet);
});

test("of many that are started at once exactly one serves, and the next one can when it was killed", async () => {
  for (const revision of ["v1", "main"]) {
    const started = Array.from({ length: 4 }, () => fleet.start("lab1"));
    const listening = started.map((one) => one.listening().then(() => one));
    const one = await Promise.any(listening);
    const others = started.filter(({ pid }) => pid !== one.pid);
    for (const { exited } of others) assert.is((await exited).code, 1);
    await Promise.allSettled(listening);
    const seq = await fleet.ask("test/lab1", { revision });
    assert.is((await fleet.ended(seq, "lab1")).status, "completed");
    await one.kill();
  }
  await theLogIsTrue(fleet);
});

test.run();
