/** The nats-server dies and comes back at the worst moments, or is not there yet: work waits, nothing is lost or told twice. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { liveJobs } from "../../lib/host/live-jobs.ts";
import { processes } from "../../lib/nix/process-identity.ts";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { moment } from "./support/moments.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: server away");
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });
test.after.each(() => fleet.killListeners());

const jobs = () => liveJobs(fleet.root("lab1"), processes);

test("killed and started again in the middle, under the eyes of hd deploy: the end arrives, once", async () => {
  const [listener] = await fleet.listen("lab1");
  const gate = await gateAt(fleet.root("lab1"));
  const deploying = fleet.spawn(["deploy", "test/lab1", "-r", "v1"]);
  await deploying.heard("activates");
  await fleet.server.kill();
  await listener?.heard("The connection to NATS was lost");
  await gate.open();
  await fleet.server.restart();
  assert.equal(await deploying.exited, { code: 0, signal: null }, deploying.err());
  assert.match(deploying.out(), /lab1 +completed/);
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("away while the job ends: its end is kept until the log can take it", async () => {
  // Nobody has to confirm what does not run yet.
  const [listener] = await fleet.listen("lab1");
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { action: "boot", revision: "main" });
  await fleet.response(seq, ({ event }) => event.phase === "activate");
  await fleet.server.kill();
  await gate.open();
  await listener?.heard("The connection to NATS was lost");
  await eventually("the job has ended", async () => (await jobs()).length === 0 || undefined);
  await fleet.server.restart();
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("killed at any moment of a deployment", async () => {
  await fleet.listen("lab1");
  for (const n of [1, 3, 8, 16, 24, 32]) {
    const { reached, close } = moment(fleet.root("lab1"), n);
    const seq = await fleet.ask("test/lab1", { revision: n % 2 === 0 ? "v1" : "main" });
    await Promise.race([reached, fleet.ended(seq, "lab1")]);
    close();
    await fleet.server.kill();
    await fleet.server.restart();
    const { status, event } = await fleet.ended(seq, "lab1");
    assert.is(status, "completed", `killed at moment ${n}: ${event.message}`);
  }
  await theLogIsTrue(fleet);
});

test("server and listener are both killed while the job works", async () => {
  await fleet.listen("lab1");
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { action: "boot", revision: "v1" });
  await fleet.response(seq, ({ event }) => event.phase === "activate");
  await fleet.server.kill();
  await fleet.killListeners();
  await gate.open();
  await eventually("the job has ended", async () => (await jobs()).length === 0 || undefined);
  const early = fleet.start("lab1");
  await early.heard("Trying on");
  await fleet.server.restart();
  await early.listening();
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("a listener that starts before the server says once why it waits, and serves as soon as it can", async () => {
  await fleet.server.kill();
  const early = fleet.start("lab1");
  await early.heard(/Could not connect to nats:\/\/127\.0\.0\.1:\d+.*Trying on/);
  await fleet.server.restart();
  await early.listening();
  assert.is(early.err().match(/Trying on/g)?.length, 1);
  const seq = await fleet.ask("test/lab1", { revision: "main" });
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await theLogIsTrue(fleet);
});

test("a listener can be ended while the server is away", async () => {
  const [listener] = await fleet.listen("lab1");
  await fleet.server.kill();
  await listener?.heard("The connection to NATS was lost");
  assert.equal(await listener?.terminate(), { code: 0, signal: null });
  await fleet.server.restart();
  await theLogIsTrue(fleet);
});

test.run();
