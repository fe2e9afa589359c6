/** The audit finds what is not true: each kind of untruth is made by hand, in a fleet of which nothing else is wrong. */
import { appendFileSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ResponseRecord } from "../../streams/records.ts";
import { audit, isSo } from "../e2e/support/audit.ts";
import { startFleet } from "../support/fleet.ts";
import { owner } from "../support/nats-world.ts";

const test = suite("faults: audit");
const fleet = await startFleet(test);
await fleet.listen("lab1");
const root = fleet.root("lab1");
const end = await fleet.ended(await fleet.ask("test/lab1", { revision: "v1" }), "lab1");

const found = async (): Promise<readonly string[]> =>
  (await audit(fleet)).findings.map(({ kind, what }) => `${kind}: ${what}`);

/** The findings that are new since. */
const since = async (before: readonly string[]): Promise<string> =>
  (await found()).filter((one) => !before.includes(one)).join("\n");

/** Stores a record as nobody of the fleet may. */
const forge = async (status: string, changes: Partial<ResponseRecord["event"]>): Promise<void> => {
  const body = JSON.stringify({ ...end.event, status, ...changes });
  await jetstream(await fleet.client(owner)).publish(`hd.res.test.lab1.${status}`, body);
};

const ask = async (): Promise<number> => fleet.ask("test/lab1", { revision: "no such revision!" });

test("of a fleet in which all is well it finds nothing", async () => {
  assert.equal(await audit(fleet), { requests: 1, findings: [] });
  assert.equal(await isSo(fleet, "lab1", end), []);
});

test("a system that is not the one that was reported", async () => {
  const link = join(root, "run", "current-system");
  unlinkSync(link);
  assert.match(await since([]), "misreported: what runs on lab1 is undefined");
  assert.is((await isSo(fleet, "lab1", end)).length, 1);
  symlinkSync(join(root, "store", end.event.closure?.slice("/nix/store/".length) ?? ""), link);
  assert.equal(await found(), []);
});

test("a switch that ran twice, and one that nobody asked for", async () => {
  const [[id = "", action = "", folder = ""] = []] = fleet.runs("lab1");
  appendFileSync(join(root, "runs"), `${id} ${action} ${folder}\n`);
  assert.match(await since([]), "doubled: ");
  const before = await found();
  appendFileSync(join(root, "runs"), `nobody ${action} ${folder}\n`);
  assert.match(await since(before), "misreported: lab1 ran what nobody asked for");
});

test("a second end, a phase that is told twice, and an answer to nobody", async () => {
  let before = await found();
  await forge("completed", {});
  assert.match(await since(before), "doubled: one acceptance and one end");
  before = await found();
  await forge("started", { phase: "build" });
  assert.match(await since(before), "doubled: each phase once");
  before = await found();
  await forge("rejected", { request_seq: 4_000 } as object);
  assert.match(await since(before), "misreported: lab1: 1 answers are to none of its requests");
});

test("an acceptance without an end, a completion without a switch, and a refusal of what ran", async () => {
  await fleet.killListeners();
  const before = await found();
  const seq = await ask();
  assert.equal(await since(before), "", "it waits in its queue");
  const request = { request_seq: seq, id: `lost-${seq}`, error: null, phase: null } as object;
  await forge("accepted", request);
  assert.match(await since(before), "lost: no end");
  await forge("completed", request);
  assert.match(await since(before), "ended completed, and its switches were of nothing");
});

test.run();
