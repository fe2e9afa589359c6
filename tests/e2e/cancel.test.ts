/** Cancelling: a request that waits or is built is ended and nothing of it is activated; one that is activated goes on. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alice, bob, startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: cancel");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

const phase = (seq: number, name: string) => fleet.response(seq, ({ event }) => event.phase === name);

/** The answer of a host to a request to cancel. */
const cancel = async (target: string, request: string, name = alice) =>
  fleet.ask(`${target}/cancel`, { request, reason: "the wrong branch" }, name);

test("during the build it is ended, with who asked, and nothing was activated", async () => {
  const gate = await gateAt(fleet.root("lab1"), "build");
  const asked = await fleet.ask("test/lab1", { revision: "v1", id: "wrong-branch" });
  await phase(asked, "build");
  const { status, event } = await fleet.ended(await cancel("test/lab1", "wrong-branch", bob), "lab1");
  assert.equal([status, event.control, event.requester], ["applied", "cancel", "bob"]);
  const end = await fleet.ended(asked, "lab1");
  assert.equal([end.status, end.event.error, end.event.cancelled_by], ["failed", "cancelled", "bob"]);
  assert.equal(fleet.runs("lab1"), []);
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("during its activation it is too late, and it is told why; afterwards as well", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const asked = await fleet.ask("test/lab1", { revision: "v1", id: "half-way" });
  await phase(asked, "activate");
  const late = await fleet.ended(await cancel("test/lab1", "half-way"), "lab1");
  assert.equal([late.status, late.event.error, late.event.control], ["rejected", "too_late", "cancel"]);
  assert.match(late.event.message, /phase activate/);
  await gate.open();
  assert.is((await fleet.ended(asked, "lab1")).status, "completed");
  await gate.remove();
  const after = await fleet.ended(await cancel("test/lab1", "half-way"), "lab1");
  assert.is(after.event.error, "too_late");
  assert.match(after.event.message, /has ended on lab1/);
  await theLogIsTrue(fleet);
});

test("a request that is not known is told as that, by every host of an address", async () => {
  const seq = await cancel("prod/all", "never-asked");
  for (const host of ["web1", "web2"] as const) {
    const { status, event } = await fleet.ended(seq, host);
    assert.equal([status, event.error], ["rejected", "too_late"]);
    assert.match(event.message, /knows of no request never-asked/);
  }
  const asked = await fleet.ask("prod/web1", { revision: "v1", id: "never-asked" });
  assert.is((await fleet.ended(asked, "web1")).event.error, "cancelled");
  await theLogIsTrue(fleet);
});

test("by the address of a group it is ended on each of its hosts where it is not too late", async () => {
  const gates = [await gateAt(fleet.root("web1"), "build"), await gateAt(fleet.root("web2"))] as const;
  const asked = await fleet.ask("prod/all", { revision: "main", id: "everywhere" });
  const began = (host: string, name: string) =>
    fleet.response(asked, (one) => one.host === host && one.event.phase === name);
  await began("web1", "build");
  await began("web2", "activate");
  const seq = await cancel("prod/role/web", "everywhere");
  assert.is((await fleet.ended(seq, "web1")).status, "applied");
  assert.is((await fleet.ended(seq, "web2")).event.error, "too_late");
  assert.is((await fleet.ended(asked, "web1")).event.error, "cancelled");
  await gates[1].open();
  assert.is((await fleet.ended(asked, "web2")).status, "completed");
  for (const gate of gates) await gate.remove();
  await theLogIsTrue(fleet);
});

test("who may not ask at an address may not cancel there", async () => {
  const refused = await cancel("prod/web1", "everywhere", bob).then(String, String);
  assert.match(refused, /permission/i);
  await theLogIsTrue(fleet);
});

test.run();
