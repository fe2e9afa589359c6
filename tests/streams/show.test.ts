/** One request, whole: found by its id wherever it stands, with all responses to it and none to another. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { findRequest, type Shown, show } from "../../streams/show.ts";
import { buildFailed, completed, enrolled, event, id, store, storeResponse } from "../cli/support/fleet.ts";
import { requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/show");

const read = async (log: MemoryLog, hosts: readonly Enrolled[] = []): Promise<Shown | undefined> => {
  const shown = await show(log.bus().log, hosts, id)();
  if (isLeft(shown)) throw new Error(shown.left.message);
  return shown.right;
};

const ask = (log: MemoryLog, target: string, body: object = {}) =>
  store(log, `hd.req.alice.${target}`, { revision: "main", id, ...body });

test("a request with all its responses, in the order of the log", async () => {
  const log = memoryLog();
  await ask(log, "prod.all", { reason: "why not" });
  await storeResponse(log, event("web1", { status: "accepted" }));
  await storeResponse(log, event("web2", { status: "accepted" }));
  await storeResponse(log, completed("web1", { id: requestId("another"), request_seq: 9 }));
  await storeResponse(log, buildFailed("web2"));
  await storeResponse(log, completed("web1"));
  const shown = await read(log, [enrolled("prod/web1"), enrolled("prod/web2")]);
  assert.is(shown?.request.address, "deploy.prod.all");
  assert.equal(
    shown?.responses.map(({ host, status }) => `${host} ${status}`),
    ["web1 accepted", "web2 accepted", "web2 failed", "web1 completed"],
  );
});

test("an id that the log does not hold", async () => {
  const log = memoryLog();
  assert.is(await read(log), undefined);
  await store(log, "hd.req.alice.prod.web1", "no JSON");
  await storeResponse(log, completed("web1"));
  assert.is(await read(log), undefined);
});

test("the newest request with an id is the one", async () => {
  const log = memoryLog();
  await ask(log, "prod.web1");
  await ask(log, "prod.web2");
  await storeResponse(log, completed("web2", { request_seq: 2 }));
  const shown = await read(log);
  assert.is(shown?.request.seq, 2);
  assert.is(shown?.responses.length, 1);
});

test("a request far back is found", async () => {
  const log = memoryLog();
  await ask(log, "prod.web1");
  for (let n = 0; n < 1_000; n += 1) await ask(log, "prod.web1", { id: `other-${n}` });
  await storeResponse(log, completed("web1"));
  const shown = await read(log, [enrolled("prod/web1")]);
  assert.is(shown?.request.seq, 1);
  assert.is(shown?.responses.length, 1);
});

test("a request without an id is found by the one that listeners give it", async () => {
  const log = memoryLog({ now: () => 36 });
  await store(log, "hd.req.alice.prod.web1", { revision: "main" });
  const found = await findRequest(log.bus().log, requestId("s1-10"))();
  assert.is(!isLeft(found) && found.right?.seq, 1);
});

test("responses of hosts that are not enrolled any more are shown", async () => {
  const log = memoryLog();
  await ask(log, "prod.gone");
  await storeResponse(log, completed("gone"));
  assert.is((await read(log))?.responses.length, 1);
});

test("a log that cannot be read is the reason", async () => {
  const log = memoryLog();
  await ask(log, "prod.web1");
  const broken = () => left(failure("unreachable", "no route"));
  for (const part of [{ end: broken }, { range: broken }]) {
    const shown = await show({ ...log.bus().log, ...part }, [], id)();
    assert.is(isLeft(shown) && shown.left.code, "unreachable");
  }
});

test.run();
