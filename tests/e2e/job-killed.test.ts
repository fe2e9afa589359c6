/** The job is killed, alone or with its listener: the request ends once, as what nobody can tell, and the host takes the next. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { liveJobs } from "../../lib/host/live-jobs.ts";
import { processes } from "../../lib/nix/process-identity.ts";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { moment } from "./support/moments.ts";
import { processesBelow } from "./support/processes-below.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: job killed");
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });
test.after.each(() => fleet.killListeners());

/** True: there was one. */
const killJob = async (): Promise<boolean> => {
  const jobs = await liveJobs(fleet.root("lab1"), processes);
  for (const { pid } of jobs) process.kill(pid, "SIGKILL");
  return jobs.length > 0;
};

/** A deployment that waits in the middle of its activation. */
const held = async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { revision: "v1" });
  await fleet.response(seq, ({ event }) => event.phase === "activate");
  return { seq, gate };
};

const completes = async (revision: string): Promise<void> => {
  const { status, event } = await fleet.ended(await fleet.ask("test/lab1", { revision }), "lab1");
  assert.is(status, "completed", event.message);
};

const isInterrupted = async (seq: number): Promise<void> => {
  const { status, event } = await fleet.ended(seq, "lab1");
  assert.equal([status, event.error, event.phase], ["failed", "interrupted", "activate"]);
  assert.match(event.message, /what runs there is not known.*`hd show .*`/);
};

test("the job alone", async () => {
  await fleet.listen("lab1");
  const { seq, gate } = await held();
  assert.ok(await killJob());
  await isInterrupted(seq);
  await gate.remove();
  await completes("main");
  await theLogIsTrue(fleet);
});

test("a job that is told to end takes the command that runs with it, and the truth is told", async () => {
  await fleet.listen("lab1");
  const { seq, gate } = await held();
  const switching = () => processesBelow(fleet.root("lab1")).filter((one) => one.includes("switch-to-configuration"));
  await eventually("the switch waits at the gate", async () => switching().length > 0 || undefined);
  for (const { pid } of await liveJobs(fleet.root("lab1"), processes)) process.kill(pid, "SIGTERM");
  await isInterrupted(seq);
  assert.equal(switching(), []);
  await gate.remove();
  await completes("v1");
  await theLogIsTrue(fleet);
});

test("listener and job, in this order", async () => {
  const [listener] = await fleet.listen("lab1");
  const { seq, gate } = await held();
  await listener?.kill();
  assert.ok(await killJob());
  await fleet.listen("lab1");
  await isInterrupted(seq);
  await gate.remove();
  await completes("v1");
  await theLogIsTrue(fleet);
});

test("job and listener, in this order", async () => {
  const [listener] = await fleet.listen("lab1");
  const { seq, gate } = await held();
  assert.ok(await killJob());
  await listener?.kill();
  await fleet.listen("lab1");
  await isInterrupted(seq);
  await gate.remove();
  await completes("main");
  await theLogIsTrue(fleet);
});

test("at any moment, with and without its listener", async () => {
  let kills = 0;
  for (const [n, withListener] of [4, 6, 8, 13, 18, 23, 28, 33].map((m, i) => [m, i % 2 === 1] as const)) {
    const [listener] = await fleet.listen("lab1");
    const { reached, close } = moment(fleet.root("lab1"), n);
    const seq = await fleet.ask("test/lab1", { revision: "v1" });
    await Promise.race([reached, fleet.ended(seq, "lab1")]);
    close();
    if (await killJob()) kills += 1;
    if (withListener) await listener?.kill();
    if (withListener) await fleet.listen("lab1");
    const { status, event } = await fleet.ended(seq, "lab1");
    assert.ok(status === "completed" || event.error === "interrupted", `killed at moment ${n}: ${event.message}`);
    await fleet.killListeners();
  }
  assert.ok(kills >= 3, `only ${kills} jobs were killed`);
  await theLogIsTrue(fleet);
});

test.run();
