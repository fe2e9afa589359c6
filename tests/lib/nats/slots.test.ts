/** The bound on what is in hand. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { slotsOf } from "../../../lib/nats/slots.ts";

const test = suite("lib/nats/slots");

const hourMs = 3_600_000;

/** Whether it has resolved once everything that is ready has run. */
const isReady = async (promise: Promise<unknown>): Promise<boolean> => {
  const turn = new Promise((resolve) => setImmediate(resolve, "turn"));
  return (await Promise.race([promise, turn])) !== "turn";
};

test("a slot waits for one that is given back, each once", async () => {
  const slots = slotsOf(2);
  const first = await slots.take();
  const second = await slots.take();
  const [third, fourth] = [slots.take(), slots.take()];
  assert.not(await isReady(third));
  first?.giveBack();
  first?.giveBack();
  assert.ok(await isReady(third));
  assert.not(await isReady(fourth), "giving back twice gives one slot");
  second?.giveBack();
  assert.ok(await isReady(fourth));
  slots.close();
});

test("a slot that nobody gives back comes back by itself, once", async () => {
  const slots = slotsOf(1);
  const forgotten = await slots.take();
  forgotten?.expire(1);
  // The slot's own timer does not keep a program alive.
  const alive = setInterval(() => undefined, hourMs);
  const second = await slots.take();
  clearInterval(alive);
  const third = slots.take();
  forgotten?.giveBack();
  assert.not(await isReady(third));
  second?.giveBack();
  assert.ok(await isReady(third));
});

test("closing ends the wait, and there are no more", async () => {
  const slots = slotsOf(1);
  await slots.take();
  const waiting = [slots.take(), slots.take()];
  slots.close();
  assert.equal(await Promise.all(waiting), [undefined, undefined]);
  assert.is(await slots.take(), undefined);
});

test.run();
