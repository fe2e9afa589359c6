/** A job is confirmed by the listener that carried its journal, as it was when the job asked, and by nothing else. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { confirmed } from "../../../lib/host/confirmation.ts";
import { writeCursor } from "../../../lib/host/cursor.ts";
import { order } from "../../support/fixtures.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/confirmation");
const root = tempDir("confirmation");
const { id } = order();
let world: HostWorld;
let count = 0;

test.before.each(async () => {
  world = await hostWorld(join(root, String(count++)));
  await world.accept();
  await world.write("started", "resolve");
  await world.write("started", "verify");
});

/** Whether it is settled once everything that was under way has come through. */
const isSettled = async (work: Promise<void>): Promise<boolean> => {
  let settled = false;
  void work.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  return settled;
};

test("by a cursor that has reached all that was written", async () => {
  const stop = new AbortController();
  const asked = confirmed(world.dir.open, id, stop.signal);
  writeCursor(world.dir.open, id, 2);
  assert.is(await isSettled(asked), false);
  writeCursor(world.dir.open, id, 3);
  await asked;
});

test("by one that had reached it before", async () => {
  writeCursor(world.dir.open, id, 3);
  await confirmed(world.dir.open, id, new AbortController().signal);
});

test("never by a stop, nor for a journal that is not there", async () => {
  const stop = new AbortController();
  const asked = [confirmed(world.dir.open, id, stop.signal), confirmed(join(root, "nowhere"), id, stop.signal)];
  stop.abort();
  for (const one of asked) assert.is(await isSettled(one), false);
});

test.run();
