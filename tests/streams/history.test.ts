/** The history: one row for each deployment, newest first, whatever else stands in the log. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { type HistoryLog, history } from "../../streams/history.ts";
import type { HistoryQuery } from "../../streams/history-query.ts";
import type { HistoryRow } from "../../streams/history-row.ts";
import { buildFailed, completed, event, store, storeResponse } from "../cli/support/fleet.ts";
import { hostName, noonMs, requester, requestId, role, tier } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/history");

/** A record a second. */
const newLog = (): MemoryLog => {
  const log = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  return log;
};

const rowsOf = async (log: HistoryLog, query: Partial<HistoryQuery> = {}): Promise<readonly HistoryRow[]> => {
  const rows = await history(log)({ limit: 20, ...query })();
  if (isLeft(rows)) throw new Error(rows.left.message);
  return rows.right.rows;
};

const brief = ({ host, status, address, id }: HistoryRow): string => `${host ?? address} ${status} ${id}`;

const read = async (log: MemoryLog, query: Partial<HistoryQuery> = {}) =>
  (await rowsOf(log.bus().log, query)).map(brief);

const ask = (log: MemoryLog, id: string, target = "prod.web1", body: object = {}, by = "alice") =>
  store(log, `hd.req.${by}.${target}`, { revision: "main", id, ...body });

/** A whole deployment. */
const deployed = async (log: MemoryLog, id: string, target = "prod.web1", end = completed("web1")) => {
  const { seq: request_seq } = await ask(log, id, target);
  const about = { id: requestId(id), request_seq };
  const name = end.hostname;
  await storeResponse(log, event(name, { status: "accepted", ...about }));
  await storeResponse(log, event(name, { status: "started", phase: "build", ...about }));
  await storeResponse(log, { ...end, ...about });
};

test("an empty log has no rows", async () => {
  assert.equal(await read(newLog()), []);
});

test("a deployment is one row, told by its newest record and its request", async () => {
  const log = newLog();
  await ask(log, "a", "prod.web1", { reason: "new certificates", action: "boot" });
  await storeResponse(log, event("web1", { status: "accepted", id: requestId("a") }));
  await storeResponse(log, completed("web1", { id: requestId("a"), action: "boot" }));
  const [row, ...more] = await rowsOf(log.bus().log);
  assert.equal(more, []);
  assert.is(row?.status, "completed");
  assert.is(row?.seq, 3);
  assert.is(row?.requestSeq, 1);
  assert.is(row?.address, "deploy.prod.web1");
  assert.is(row?.reason, "new certificates");
  assert.is(row?.action, "boot");
  assert.is(row?.atMs, noonMs + 2_000);
});

test("each host of a request has its row, the newest first", async () => {
  const log = newLog();
  await ask(log, "a", "prod.all");
  await storeResponse(log, event("web1", { status: "accepted", id: requestId("a") }));
  await storeResponse(log, buildFailed("web2", { id: requestId("a") }));
  await storeResponse(log, completed("web1", { id: requestId("a") }));
  assert.equal(await read(log), ["web1 completed a", "web2 failed a"]);
});

test("a request that nobody has answered is a row that waits", async () => {
  const log = newLog();
  await deployed(log, "a");
  await ask(log, "b", "prod.role.web");
  await ask(log, "c", "prod.web2");
  assert.equal(await read(log), ["web2 waiting c", "deploy.prod.role.web waiting b", "web1 completed a"]);
});

test("who asked is what the request's subject says, not what a host repeats", async () => {
  const log = newLog();
  await ask(log, "a", "prod.web1", {}, "bob");
  await storeResponse(log, completed("web1", { id: requestId("a"), requester: requester("alice") }));
  assert.is((await rowsOf(log.bus().log))[0]?.requester, "bob");
});

test("a response that names another request's place does not borrow its words", async () => {
  const log = newLog();
  await ask(log, "a", "prod.web1", { reason: "mine" }, "bob");
  await storeResponse(log, completed("web1", { id: requestId("b"), request_seq: 1 }));
  const [row] = await rowsOf(log.bus().log);
  assert.is(row?.reason, undefined);
  assert.is(row?.address, undefined);
});

test("what cannot be read is a row of its own, and breaks nothing", async () => {
  const log = newLog();
  await store(log, "hd.res.prod.web1.completed", "no JSON");
  await store(log, "hd.res.\u001b[2J.x", "{}");
  await store(log, "hd.req.alice.prod.web1", "[]");
  await store(log, "hd.req.alice.prod", "{}");
  await deployed(log, "a");
  const rows = await rowsOf(log.bus().log);
  assert.equal(
    rows.map(({ status }) => status),
    ["completed", "unreadable", "unreadable", "unreadable", "unreadable"],
  );
  assert.is(rows[4]?.host, "web1");
  assert.match(rows[3]?.message ?? "", /^hd\.res\.\?\[2J\.x: /);
});

test("a request that cannot be read is told by its rejection, once there is one", async () => {
  const log = newLog();
  const { seq } = await store(log, "hd.req.alice.prod.web1", "no JSON");
  const id = requestId("s1-x");
  await storeResponse(log, event("web1", { status: "rejected", request_seq: seq, id }));
  assert.equal(await read(log), ["web1 rejected s1-x"]);
});

test("a response of the original protocol stands alone", async () => {
  const log = newLog();
  const bare = { hostname: "web1", status: "completed", error: null, message: "done" };
  await store(log, "hd.res.prod.web1.completed", bare);
  await store(log, "hd.res.prod.web1.completed", bare);
  assert.equal(await read(log), ["web1 completed undefined", "web1 completed undefined"]);
});

test("at most so many rows", async () => {
  const log = newLog();
  for (const id of ["a", "b", "c"]) await deployed(log, id);
  assert.equal(await read(log, { limit: 2 }), ["web1 completed c", "web1 completed b"]);
});

test("filters leave out what does not match", async () => {
  const log = newLog();
  await deployed(log, "a", "prod.web1");
  await deployed(log, "b", "prod.role.web", buildFailed("web2"));
  await ask(log, "c", "test.lab1", { action: "boot" }, "bob");
  const rows = { a: "web1 completed a", b: "web2 failed b", c: "lab1 waiting c" };
  assert.equal(await read(log, { host: hostName("web2") }), [rows.b]);
  assert.equal(await read(log, { host: hostName("lab1") }), [rows.c]);
  assert.equal(await read(log, { tier: tier("prod") }), [rows.b, rows.a]);
  assert.equal(await read(log, { tier: tier("test") }), [rows.c]);
  assert.equal(await read(log, { role: role("web") }), [rows.b]);
  assert.equal(await read(log, { requester: requester("bob") }), [rows.c]);
  assert.equal(await read(log, { requester: requester("alice") }), [rows.b, rows.a]);
  assert.equal(await read(log, { status: "failed" }), [rows.b]);
  assert.equal(await read(log, { status: "waiting" }), [rows.c]);
  assert.equal(await read(log, { status: "started" }), []);
  assert.equal(await read(log, { action: "boot" }), [rows.c]);
  assert.equal(await read(log, { id: requestId("a") }), [rows.a]);
  assert.equal(await read(log, { id: requestId("nobody") }), []);
  assert.equal(await read(log, { sinceMs: noonMs + 7_000 }), [rows.c, rows.b]);
  assert.equal(await read(log, { untilMs: noonMs + 7_000 }), [rows.b, rows.a]);
});

test("a status that is not the newest of a deployment does not find it", async () => {
  const log = newLog();
  await deployed(log, "a");
  await ask(log, "b");
  await storeResponse(log, event("web1", { status: "started", phase: "build", id: requestId("b"), request_seq: 5 }));
  assert.equal(await read(log, { status: "started" }), ["web1 started b"]);
  assert.equal(await read(log, { status: "accepted" }), []);
});

test("a deployment that lasts over many records of others is still one row", async () => {
  const log = newLog();
  const { seq } = await ask(log, "long", "prod.web2");
  const about = { id: requestId("long"), request_seq: seq };
  await storeResponse(log, event("web2", { status: "accepted", ...about }));
  for (let n = 0; n < 300; n += 1) await deployed(log, `d${n}`);
  await storeResponse(log, completed("web2", about));
  const rows = await read(log, { limit: 1_000 });
  assert.is(rows.length, 301);
  assert.is(rows[0], "web2 completed long");
  assert.is(new Set(rows).size, 301);
});

test("a rare row far back is found, and the walk stops where it may", async () => {
  const log = newLog();
  await deployed(log, "rare", "prod.web2", completed("web2"));
  for (let n = 0; n < 400; n += 1) await deployed(log, `d${n}`);
  assert.equal(await read(log, { host: hostName("web2") }), ["web2 completed rare"]);
  let lowest = Number.POSITIVE_INFINITY;
  const { range, ...reader } = log.bus().log;
  const watched: HistoryLog = {
    ...reader,
    range: (seq, ...about) => {
      lowest = Math.min(lowest, seq);
      return range(seq, ...about);
    },
  };
  await rowsOf(watched, { limit: 5 });
  assert.ok(lowest > 1_000, `read from ${lowest}`);
});

test("a log that cannot be read is the reason why there is no history", async () => {
  const log = newLog();
  await deployed(log, "a");
  const broken = () => left(failure("unreachable", "no route"));
  for (const part of [{ end: broken }, { range: broken }]) {
    const result = await history({ ...log.bus().log, ...part })({ limit: 1 })();
    assert.is(isLeft(result) && result.left.code, "unreachable");
  }
});

test.run();
