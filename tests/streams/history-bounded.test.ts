/** However large the log is, a page of the history reads a bounded part of it, and says so where that was not enough. */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type HistoryLog, type HistoryPage, history } from "../../streams/history.ts";
import type { HistoryQuery } from "../../streams/history-query.ts";
import { completed, event, store, storeResponse } from "../cli/support/fleet.ts";
import { hostName, noonMs, requester, requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/history-bounded");

const first = 20;
const noise = 4_000;
const budget = 1_000;

/** Early deployments of a rare host, one of them a boot; then a great many records of others, a second apart. */
const filled = async (): Promise<MemoryLog> => {
  const log: MemoryLog = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  for (let n = 0; n < first; n += 1) {
    const [id, by, action] = [`rare${n}`, n < 3 ? "bob" : "alice", n === 0 ? "boot" : "switch"];
    const { seq } = await store(log, `hd.req.${by}.prod.rare1`, { revision: "main", id, action });
    const about = { id: requestId(id), request_seq: seq, requester: requester(by) };
    await storeResponse(log, completed("rare1", { ...about, action: action === "boot" ? "boot" : "switch" }));
  }
  await store(log, "hd.req.alice.prod.gone1", { revision: "main", id: "unanswered" });
  for (let n = 0; n < noise / 2; n += 1) {
    const { seq } = await store(log, "hd.req.alice.prod.web1", { revision: "main", id: `n${n}` });
    await storeResponse(log, completed("web1", { id: requestId(`n${n}`), request_seq: seq }));
  }
  return log;
};

const log = await filled();
const end = log.records.length;

/** How many records an answer carried, and the highest sequence among them. */
const watched = () => {
  const seen = { records: 0, highest: 0 };
  const { range, ...others } = log.bus().log;
  const counting: HistoryLog = {
    ...others,
    range: (...about) => {
      const read = range(...about);
      return async () => {
        const records = await read();
        if (isLeft(records)) return records;
        seen.records += records.right.length;
        seen.highest = Math.max(seen.highest, records.right.at(-1)?.seq ?? 0);
        return records;
      };
    },
  };
  return { seen, log: counting };
};

const pageOf = async (reader: HistoryLog, query: Partial<HistoryQuery>): Promise<HistoryPage> => {
  const page = await history(reader)({ limit: 20, ...query })();
  if (isLeft(page)) throw new Error(page.left.message);
  return page.right;
};

test("what subjects tell is found by reading little more than that", async () => {
  const cases: readonly Partial<HistoryQuery>[] = [
    {},
    { host: hostName("web1") },
    { host: hostName("rare1") },
    { host: hostName("nobody") },
    { status: "completed" },
    { requester: requester("bob") },
    { requester: requester("nobody") },
    { host: hostName("gone1"), status: "waiting" },
    { id: requestId("rare0"), before: 1_000 },
  ];
  for (const query of cases) {
    const { seen, log: reader } = watched();
    const page = await pageOf(reader, query);
    assert.ok(page.complete);
    assert.ok(seen.records < 1_000 || query.id !== undefined, `${JSON.stringify(query)} read ${seen.records}`);
  }
});

test("a rare host's rows are found however deep they are buried", async () => {
  const page = await pageOf(log.bus().log, { host: hostName("rare1"), limit: 3 });
  assert.equal(
    page.rows.map(({ id }) => id),
    ["rare19", "rare18", "rare17"],
  );
  assert.is(page.nextBefore, page.rows[2]?.seq);
});

test("what nothing tells is looked for within the budget, and then it is said how far", async () => {
  const { seen, log: reader } = watched();
  const page = await pageOf(reader, { action: "boot", budget });
  assert.equal(page.rows, []);
  assert.not.ok(page.complete);
  assert.ok(page.nextBefore !== undefined && page.nextBefore > 1 && page.nextBefore < end - budget);
  assert.ok(seen.records < 3 * budget, `${seen.records}`);
});

test("from there it goes on, or through all at once", async () => {
  const cut = await pageOf(log.bus().log, { action: "boot", budget });
  const next = await pageOf(log.bus().log, { action: "boot", before: cut.nextBefore, budget: noise });
  const scanned = await pageOf(log.bus().log, { action: "boot", budget: Number.POSITIVE_INFINITY });
  for (const page of [next, scanned]) {
    assert.equal(
      page.rows.map(({ id }) => id),
      ["rare0"],
    );
    assert.ok(page.complete);
  }
});

test("a stretch of time is read where it is, not from the end of the log", async () => {
  const { seen, log: reader } = watched();
  const page = await pageOf(reader, { sinceMs: noonMs + 100_000, untilMs: noonMs + 200_000, limit: 1_000 });
  assert.ok(page.rows.length > 40);
  assert.ok(seen.records < 500 && seen.highest < 1_000, JSON.stringify(seen));
});

test("a deployment under way at the end of a page is the newer page's row", async () => {
  const busy = memoryLog();
  const { seq } = await store(busy, "hd.req.alice.prod.web1", { revision: "main", id: "a" });
  await storeResponse(busy, event("web1", { status: "started", id: requestId("a"), request_seq: seq }));
  for (let n = 0; n < 300; n += 1) await store(busy, "hd.req.alice.prod.web2", { revision: "main", id: `o${n}` });
  await storeResponse(busy, completed("web1", { id: requestId("a"), request_seq: seq }));
  const page = await pageOf(busy.bus().log, { before: 3 });
  assert.equal(page.rows, []);
});

test.run();
