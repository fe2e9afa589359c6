/** Freezes: who is frozen takes no deployment, also who was away when it was frozen, until the end, or until it is lifted. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../lib/contract/values.ts";
import { alice, bob, startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: freeze");
const fleet = await startFleet(test);
await fleet.listen("web1", "lab1");

const inMs = (ms: number): string => instant(Date.now() + ms);

const deploy = async (target: string, host: "web1" | "web2" | "lab1", more: object = {}, name = alice) =>
  fleet.ended(await fleet.ask(target, { revision: "v1", ...more }, name), host);

const codeOf = async (ended: ReturnType<typeof deploy>) => (await ended).event.error;

test("a frozen tier takes nothing, by no address; what changes nothing is taken", async () => {
  const seq = await fleet.ask("prod/all/freeze", { reason: "holidays", until: inMs(3_600_000) });
  const { status, event } = await fleet.ended(seq, "web1");
  assert.equal([status, event.control], ["applied", "freeze"]);
  for (const target of ["prod/web1", "prod/all", "prod/role/web"]) {
    const refused = (await deploy(target, "web1")).event;
    assert.is(refused.error, "frozen");
    assert.match(
      refused.message,
      /alice froze prod\/all until \S+ \(holidays\).*--override-freeze.*hd unfreeze prod\/all/,
    );
  }
  assert.is((await deploy("prod/web1", "web1", { action: "dry-activate" })).status, "completed");
  assert.is((await deploy("test/lab1", "lab1")).status, "completed");
  await theLogIsTrue(fleet);
});

test("a host that was away obeys it, also when it was asked before it was frozen", async () => {
  const [web2] = await fleet.listen("web2");
  assert.is(await codeOf(deploy("prod/web2", "web2")), "frozen");
  await web2?.terminate();
  await theLogIsTrue(fleet);
});

test("it outlives the listener", async () => {
  await fleet.killListeners();
  await fleet.listen("web1", "lab1");
  assert.is(await codeOf(deploy("prod/web1", "web1")), "frozen");
});

test("who may overrides it, with a reason, and every record says so; nobody else can", async () => {
  assert.is(await codeOf(deploy("prod/web1/override", "web1")), "invalid_request");
  const ended = await deploy("prod/web1/override", "web1", { reason: "the site is down", id: "urgent" });
  assert.is(ended.status, "completed");
  const records = rightOfRange(await fleet.log.range(1, "hd.res.prod.web1.*", 1000)());
  const own = records.filter(({ id }) => id === "urgent");
  assert.ok(own.length > 2);
  assert.equal(new Set(own.map(({ override }) => override)), new Set([true]));
  const denied = await fleet.ask("test/lab1/override", { revision: "v1", reason: "me too" }, bob).then(String, String);
  assert.match(denied, /permission/i);
  const unnamed = await fleet
    .ask("test/lab1/override", { revision: "v1", reason: "x" }, "unnamed" as typeof bob)
    .then(String, String);
  assert.match(unnamed, /permission/i);
  await theLogIsTrue(fleet);
});

test("it is lifted for the very address that it was made for", async () => {
  const own = await fleet.ask("prod/web1/unfreeze", {});
  assert.is((await fleet.ended(own, "web1")).status, "applied");
  assert.is(await codeOf(deploy("prod/web1", "web1")), "frozen");
  const all = await fleet.ask("prod/all/unfreeze", { reason: "back" });
  assert.is((await fleet.ended(all, "web1")).status, "applied");
  assert.is((await deploy("prod/web1", "web1")).status, "completed");
  const [web2] = await fleet.listen("web2");
  const w = await deploy("prod/web2", "web2");
  assert.is(w.status, "completed", JSON.stringify(w.event));
  await web2?.terminate();
  await theLogIsTrue(fleet);
});

test("it ends by itself; a host that reads it later was frozen and is not", async () => {
  const until = inMs(1_500);
  const seq = await fleet.ask("prod/all/freeze", { reason: "a moment", until });
  assert.is((await fleet.ended(seq, "web1")).status, "applied");
  assert.is(await codeOf(deploy("prod/web1", "web1")), "frozen");
  await new Promise((resolve) => setTimeout(resolve, Date.parse(until) - Date.now() + 10));
  assert.is((await deploy("prod/web1", "web1")).status, "completed");
  const [web2] = await fleet.listen("web2");
  const late = await fleet.ended(seq, "web2");
  assert.is(late.status, "applied");
  assert.match(late.event.message, /which is over/);
  assert.is((await deploy("prod/web2", "web2")).status, "completed");
  await web2?.terminate();
  const past = await fleet.ask("prod/all/freeze", { reason: "too late", until: inMs(-1) });
  assert.is((await fleet.ended(past, "web1")).event.error, "invalid_request");
  await theLogIsTrue(fleet);
});

test("a record of freezes that cannot be read freezes the host, and says what to do", async () => {
  const file = join(fleet.root("web1"), "freezes.json");
  writeFileSync(file, '{"freezes":[{');
  const { event } = await deploy("prod/web1", "web1");
  assert.is(event.error, "frozen");
  assert.ok(event.message.includes(`remove ${file}`));
  rmSync(file);
  assert.is((await deploy("prod/web1", "web1")).status, "completed");
  await theLogIsTrue(fleet);
});

const rightOfRange = (found: Awaited<ReturnType<ReturnType<typeof fleet.log.range>>>) => {
  if (found._tag === "Left") throw new Error(found.left.message);
  return found.right.map(({ body }): { readonly id: string; readonly override?: boolean } => JSON.parse(body));
};

test.run();
