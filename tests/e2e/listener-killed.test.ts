/**
 * The listener ends at every step of a deployment, killed or asked to: the job goes on meanwhile, the next listener reports its
 * end, and nothing is told or done twice.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import type { ListenerProcess } from "./support/listener-process.ts";
import { moment } from "./support/moments.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: listener killed");
// A request that was in hand at the kill comes again after this time; the real one would make the tests slow.
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });

test.after.each(() => fleet.killListeners());

const listening = async (): Promise<ListenerProcess> => {
  const [listener] = await fleet.listen("lab1");
  if (listener === undefined) throw new Error("no listener");
  return listener;
};

const revision = (n: number): string => (n % 2 === 0 ? "v1" : "main");

/** What is still moved out of the journals' folder would count as moments of the next deployment. */
const isTidied = async () => readdirSync(join(fleet.root("lab1"), "journal")).length === 0 || undefined;

/** Asks for a deployment, and comes back at its n-th moment or at its end. */
const deployUntil = async (n: number): Promise<number> => {
  await eventually("the journal before it is put away", isTidied);
  const { reached, close } = moment(fleet.root("lab1"), n);
  const seq = await fleet.ask("test/lab1", { revision: revision(n) });
  await Promise.race([reached, fleet.ended(seq, "lab1")]);
  close();
  return seq;
};

/**
 * Completed, because the job went on. Only a kill within the making of the journal can leave an acceptance without one: then
 * nothing has run, and the host says that it does not know.
 */
const endsOnce = async (seq: number, n: number): Promise<void> => {
  const { status, event } = await fleet.ended(seq, "lab1");
  if (n > 2 || event.error !== "interrupted") return assert.is(status, "completed", `ended at moment ${n}`);
  assert.match(event.message, "The journal of request");
  assert.ok(fleet.runs("lab1").every(([id]) => id !== event.id));
};

/** All the moments that a deployment has, and some after its end. */
const moments = Array.from({ length: 15 }, (_, step) => 1 + 3 * step);

test("killed at any moment: the job goes on, and its end arrives once", async () => {
  let listener = await listening();
  for (const n of moments) {
    const seq = await deployUntil(n);
    await listener.kill();
    listener = await listening();
    await endsOnce(seq, n);
  }
  await theLogIsTrue(fleet);
});

test("killed again while it takes up what the first kill left", async () => {
  let listener = await listening();
  for (const n of [2, 6, 14, 22, 30, 38]) {
    const seq = await deployUntil(n);
    await listener.kill();
    const second = fleet.start("lab1");
    await second.heard(/going on with|listening/);
    await second.kill();
    listener = await listening();
    await endsOnce(seq, n);
  }
  await theLogIsTrue(fleet);
});

test("killed while nobody asks, and asked while nobody listens", async () => {
  await (await listening()).kill();
  const seq = await fleet.ask("test/lab1", { revision: "v1" });
  await listening();
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await theLogIsTrue(fleet);
});

test("asked to end at any moment: it leaves nothing half-settled and ends well, and the next one reports", async () => {
  for (const n of [1, 3, 15, 37]) {
    const listener = await listening();
    const seq = await deployUntil(n);
    assert.equal(await listener.terminate(), { code: 0, signal: null }, listener.err());
    const next = await listening();
    await endsOnce(seq, n);
    assert.equal(await next.terminate(), { code: 0, signal: null });
  }
  await theLogIsTrue(fleet);
});

test("a job that ends while nobody listens is reported by the next listener", async () => {
  const first = await listening();
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { revision: "v1" });
  await fleet.response(seq, ({ event }) => event.phase === "activate");
  assert.is((await first.terminate()).code, 0);
  const { reached, close } = moment(fleet.root("lab1"), 1);
  await gate.open();
  await reached;
  close();
  await listening();
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await gate.remove();
  await theLogIsTrue(fleet);
});

test.run();
