/** An id leads to its request by the time or the place it tells, else by a search back that has an end. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { ulid } from "ulid";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { type SeekLog, type Sought, seekRequest } from "../../streams/seek-request.ts";
import { store } from "../cli/support/fleet.ts";
import { noonMs, requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/seek-request");

/** Requests a minute apart, each with an id of its time by a clock that is off by so much. */
const filled = async (
  size: number,
  offMs = 0,
): Promise<{ readonly log: MemoryLog; readonly ids: readonly string[] }> => {
  const log: MemoryLog = memoryLog({ now: () => noonMs + log.records.length * 60_000 });
  const ids: string[] = [];
  for (let n = 0; n < size; n += 1) {
    const id = ulid(noonMs + n * 60_000 + offMs);
    ids.push(id);
    await store(log, "hd.req.alice.prod.web1", { revision: "main", id });
  }
  return { log, ids };
};

const seek = async (log: SeekLog, id: string, bound?: number): Promise<Sought> => {
  const sought = await seekRequest(log, requestId(id), bound)();
  if (isLeft(sought)) throw new Error(sought.left.message);
  return sought.right;
};

/** The search must not begin at the end. */
const counting = (log: MemoryLog) => {
  const seen = { records: 0 };
  const { range, ...others } = log.bus().log;
  const reader: SeekLog = {
    ...others,
    range: (seq, filter, limit) => async () => {
      const read = await range(seq, filter, limit)();
      if (!isLeft(read)) seen.records += read.right.length;
      return read;
    },
  };
  return { seen, reader };
};

test("around the time that it tells, also where the clocks differ by minutes", async () => {
  for (const offMs of [0, 10 * 60_000, -40 * 60_000]) {
    const { log, ids } = await filled(1_500, offMs);
    const { seen, reader } = counting(log);
    const { request } = await seek(reader, ids[100] ?? "");
    assert.is(request?.seq, 101);
    assert.ok(seen.records < 600, `${offMs}: ${seen.records}`);
  }
});

test("a clock that is off by days only costs time, within bounds", async () => {
  const { log, ids } = await filled(1_000, 30 * 86_400_000);
  assert.is((await seek(log.bus().log, ids[950] ?? "", 100)).request?.seq, 951);
  const old = await seek(log.bus().log, ids[10] ?? "", 100);
  assert.is(old.request, undefined);
  assert.ok(old.from > 100 && old.from <= 901, `${old.from}`);
  assert.is((await seek(log.bus().log, ids[10] ?? "")).request?.seq, 11);
});

test("an id that is nowhere: how far was looked, and whether that is all", async () => {
  const { log } = await filled(100);
  assert.equal(await seek(log.bus().log, ulid(noonMs)), { request: undefined, build: undefined, from: 1 });
  assert.equal(await seek(memoryLog().bus().log, "nobody"), { request: undefined, build: undefined, from: 1 });
});

test("the id that listeners give leads to its place at once", async () => {
  const { log } = await filled(50);
  const { seq } = await store(log, "hd.req.alice.prod.web1", { revision: "main" });
  const atMs = log.records.at(-1)?.atMs ?? 0;
  for (let n = 0; n < 500; n += 1) await store(log, "hd.req.alice.prod.web1", { revision: "main" });
  const { seen, reader } = counting(log);
  assert.is((await seek(reader, `s${seq}-${atMs.toString(36)}`)).request?.seq, seq);
  assert.ok(seen.records <= 256);
});

test("of two with the same id, the newer", async () => {
  const { log, ids } = await filled(30);
  const { seq } = await store(log, "hd.req.alice.prod.web2", { revision: "main", id: ids[3] });
  assert.is((await seek(log.bus().log, ids[3] ?? "")).request?.seq, seq);
});

test("a log that cannot be read is the reason", async () => {
  const { log } = await filled(2);
  const broken = () => left(failure("unreachable", "no route"));
  for (const part of [{ end: broken }, { range: broken }, { next: broken }, { count: broken }]) {
    const sought = await seekRequest({ ...log.bus().log, ...part }, requestId(ulid(noonMs + 86_400_000)))();
    assert.is(isLeft(sought) && sought.left.code, "unreachable", Object.keys(part)[0]);
  }
});

test.run();
