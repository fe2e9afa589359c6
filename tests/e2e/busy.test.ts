/** Two deployments at once on one host: the second is refused, and told by whose it is. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alice, bob, startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: busy");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

const activating = (seq: number) => fleet.response(seq, ({ event }) => event.phase === "activate");

test("the second is refused, naming the one that runs and who asked for it, and can be sent again afterwards", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const first = await fleet.ask("test/lab1", { revision: "v1", id: "the-first" }, alice);
  await activating(first);
  const second = await fleet.ask("test/all", { revision: "main" }, bob);
  const { status, event } = await fleet.ended(second, "lab1");
  assert.equal([status, event.error], ["rejected", "busy"]);
  assert.match(event.message, /the-first \(switch v1\) of alice since .*`hd watch the-first`/);
  const { code, out } = await fleet.hd("hosts");
  assert.is(code, 0);
  assert.match(out, /lab1 .*the-first/);
  await gate.open();
  assert.is((await fleet.ended(first, "lab1")).status, "completed");
  await gate.open();
  const again = await fleet.ask("test/lab1", { revision: "main" }, bob);
  assert.is((await fleet.ended(again, "lab1")).status, "completed");
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("of many at once a host takes exactly one, and hosts do not wait for each other", async () => {
  const gates = [await gateAt(fleet.root("web1")), await gateAt(fleet.root("web2"))];
  const asked = await Promise.all(
    Array.from({ length: 16 }, (_, n) => fleet.ask(n % 2 === 0 ? "prod/all" : "prod/role/web", { revision: "v1" })),
  );
  const taken = await Promise.all(
    (["web1", "web2"] as const).map(async (host) => {
      const firsts = await Promise.all(asked.map((seq) => fleet.response(seq, (one) => one.host === host)));
      const accepted = firsts.filter(({ status }) => status === "accepted");
      assert.is(accepted.length, 1);
      const others = firsts.filter(({ event }) => event.error === "busy" || event.error === "superseded");
      assert.is(others.length, 15);
      return { host, seq: accepted[0]?.event.request_seq ?? 0 };
    }),
  );
  for (const gate of gates) await gate.open();
  for (const { host, seq } of taken) assert.is((await fleet.ended(seq, host)).status, "completed");
  for (const gate of gates) await gate.remove();
  await theLogIsTrue(fleet);
});

test("hd deploy says who is in the way", async () => {
  const gate = await gateAt(fleet.root("web1"));
  const first = await fleet.ask("prod/web1", { revision: "main", id: "in-the-way" });
  await activating(first);
  const { code, out } = await fleet.hd("deploy", "prod/web1", "-r", "v1");
  assert.is(code, 1);
  assert.match(out, /web1 rejected: busy/);
  assert.match(out, /in-the-way \(switch main\) of alice/);
  await gate.open();
  await fleet.ended(first, "web1");
  await gate.remove();
  await theLogIsTrue(fleet);
});

test.run();
