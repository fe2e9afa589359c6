/** When work counts as going on: what is told to whoever watches over a service. */
import type { Consumer } from "@nats-io/jetstream";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Taking, workOf } from "../../../lib/nats/work.ts";
import { hostName } from "../../support/fixtures.ts";

const test = suite("lib/nats/work");

const never = () => new Promise<never>(() => undefined);

/** Its consumer is found, and then nothing is ever answered, not even that time is over. */
const stuck = ({ isUp = true, inHand = 64 } = {}): Taking => {
  const link = {
    nc: { isClosed: () => false } as never,
    api: "hd.api",
    isUp: () => isUp,
    change: never,
    whileUp: never,
  };
  const place = { stream: "S", durable: "d", taker: hostName("h1"), called: "a place", inHand, inOrder: true };
  const find = () => async () => right({ info: never } as unknown as Consumer);
  return workOf({ ...place, link, find, notice: () => undefined, objection: () => undefined });
};

const inMs = (ms: number): number => performance.now() + ms;

test("a loop that asks for nothing while it could is not at work, after two minutes", async () => {
  const work = stuck();
  await work.start(() => assert.unreachable())();
  assert.equal([work.isAtWork(), work.isAtWork(inMs(119_000)), work.isAtWork(inMs(121_000))], [true, true, false]);
});

test("one that may not ask is: it was not started, has its hands full, or the link is down", async () => {
  assert.ok(stuck().isAtWork(inMs(999_000)));
  for (const work of [stuck({ isUp: false }), stuck({ inHand: 0 })]) {
    await work.start(() => assert.unreachable())();
    assert.ok(work.isAtWork(inMs(999_000)));
  }
});

test.run();
