/** What a listener knows of the requests that the one before it took. */
import { renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { newestTaken } from "../../../lib/host/newest-taken.ts";
import { order, requestId } from "../../support/fixtures.ts";
import { hostWorld } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/newest-taken");
const root = tempDir("newest-taken");
let count = 0;

const atMs = (seq: number): number => Date.parse("2026-01-31T12:00:00Z") + seq;

const numbered = (seq: number, changes: Partial<JobOrder> = {}): JobOrder =>
  order({
    id: requestId(`r${seq}`),
    request_seq: seq as JobOrder["request_seq"],
    stored_at: new Date(atMs(seq)).toISOString() as NonNullable<JobOrder["stored_at"]>,
    ...changes,
  });

const world = async () => {
  const { dir, accept } = await hostWorld(join(root, String(count++)));
  const close = async (one: JobOrder, closedAtS: number) => {
    await accept(one);
    const file = join(dir.open, `${one.id}.ndjson`);
    utimesSync(file, closedAtS, closedAtS);
    renameSync(file, join(dir.done, `${one.id}.ndjson`));
  };
  return { dir, accept, close };
};

test("nothing was taken", async () => {
  const { dir } = await world();
  assert.is(await newestTaken(dir), undefined);
});

test("the one that runs, or the last that ended", async () => {
  const { dir, accept, close } = await world();
  await close(numbered(9), 2_000_000);
  await close(numbered(3), 1_000_000);
  assert.equal(await newestTaken(dir), { id: "r9", seq: 9, atMs: atMs(9) });
  await accept(numbered(12));
  assert.equal(await newestTaken(dir), { id: "r12", seq: 12, atMs: atMs(12) });
});

test("a clock that was set back between two makes the older one no newer", async () => {
  const { dir, close } = await world();
  await close(numbered(3), 2_000_000);
  await close(numbered(9), 1_000_000);
  assert.is((await newestTaken(dir))?.seq, 9);
});

test("of a log that was made anew the later one is the newest", async () => {
  const { dir, accept, close } = await world();
  await close(numbered(900), 1_000_000);
  await accept(numbered(2, { stored_at: new Date(atMs(5_000)).toISOString() as NonNullable<JobOrder["stored_at"]> }));
  assert.is((await newestTaken(dir))?.seq, 2);
});

test("a journal that cannot be read, or that an older listener wrote, tells nothing", async () => {
  const { dir, accept } = await world();
  writeFileSync(join(dir.open, "r1.ndjson"), "{");
  const { stored_at: _, ...older } = numbered(7);
  await accept(older);
  assert.is(await newestTaken(dir), undefined);
});

test.run();
