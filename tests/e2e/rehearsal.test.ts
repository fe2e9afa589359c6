/** A rehearsal of the log in use: it reads and decides, and leaves log, hosts and disk as they are. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alice, bob, startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: rehearsal");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

const leftovers = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith("hd-rehearsal-")).length;

test("in a rehearsal of what a fleet did each host decides as it did, and nothing comes of it", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const first = await fleet.ask("test/lab1", { revision: "v1", id: "first" }, alice);
  await fleet.response(first, ({ event }) => event.phase === "activate");
  await fleet.ended(await fleet.ask("test/all", { revision: "main" }, bob), "lab1");
  await gate.open();
  await fleet.ended(first, "lab1");
  await gate.remove();
  await fleet.hd("deploy", "prod/all", "-r", "v1");
  const [before, disk] = [await fleet.world.lastSeq(), leftovers()];
  const { code, out, err } = await fleet.hd("replay", "--into-router", "stream");
  assert.is(code, 0, `${out}${err}`);
  assert.match(out, "4 decisions: 4 the same, 0 different, 0 not reproducible");
  assert.is(await fleet.world.lastSeq(), before);
  assert.is(leftovers(), disk);
  assert.is(fleet.runs("lab1").length + fleet.runs("web1").length + fleet.runs("web2").length, 3);
  await theLogIsTrue(fleet);
});

test("as a process, with another policy, it ends as CI wants it", async () => {
  const spawned = fleet.spawn(["replay", "--into-router", "stream", "--freeze", "prod/web1", "--only-different"]);
  assert.equal(await spawned.exited, { code: 3, signal: null });
  assert.match(
    spawned.out(),
    /prod\/web1 .* accepted +rejected frozen +DIFFERENT +web1 takes no deployment: rehearsal froze/,
  );
  assert.match(spawned.out(), "4 decisions: 3 the same, 1 different, 0 not reproducible");
});

test.run();
