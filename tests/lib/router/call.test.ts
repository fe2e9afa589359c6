/** The typed call: what it refuses before anything is sent, and what it sends. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../../lib/contract/address.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { BuildTarget, Repo } from "../../../lib/contract/names.ts";
import { cancel } from "../../../lib/contract/routes/cancel.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { call, callBuild, checked } from "../../../lib/router/call.ts";
import { fit, hostName, requester, requestId, revision, tier } from "../../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../../support/memory-bus.ts";

const test = suite("lib/router/call");

const address = hostAddress(tier("prod"), hostName("web1"));
const defaults = { rollback: true, tolerate_units: [] };
const send = (log: MemoryLog, args: object) => {
  const input = args as Parameters<typeof call<typeof deploy>>[3];
  return call(deploy, { requester: requester("alice"), log: log.bus().log }, address, input)();
};

test("the request is appended under the requester's subject, with its id as body and message id say", async () => {
  const log = memoryLog();
  const called = await send(log, { revision: revision("v1.2") });
  const [stored] = log.records;
  assert.is(stored?.subject, "hd.req.alice.prod.web1");
  if (isLeft(called)) throw new Error(called.left.message);
  assert.equal(JSON.parse(stored?.body ?? ""), {
    id: called.right.id,
    action: "switch",
    revision: "v1.2",
    ...defaults,
  });
  assert.is(stored?.msgId, called.right.id);
  assert.is(called.right.seq, 1);
  assert.match(called.right.id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
});

test("the verb stands behind the address: the route's own, or the one of its verbs that was chosen", async () => {
  const log = memoryLog();
  const caller = { requester: requester("alice"), log: log.bus().log };
  await call(cancel, caller, address, { request: requestId("req-1") })();
  await call(deploy, caller, address, { revision: revision("main") }, "override")();
  assert.equal(
    log.records.map(({ subject }) => subject),
    ["hd.req.alice.prod.web1.cancel", "hd.req.alice.prod.web1.override"],
  );
});

test("a build is asked for on its own subject", async () => {
  const log = memoryLog();
  const caller = { requester: requester("alice"), log: log.bus().log };
  await callBuild(
    caller,
    { repo: fit(Repo, "nixos"), target: fit(BuildTarget, "all") },
    { revision: revision("v1") },
  )();
  const [{ subject, body, msgId } = { subject: "", body: "{}", msgId: "" }] = log.records;
  assert.is(subject, "hd.req.alice.build.nixos.all");
  assert.equal(JSON.parse(body), { id: msgId, revision: "v1" });
});

test("a retry with the same id is the same request", async () => {
  const log = memoryLog();
  const again = { revision: "main", id: requestId("mine") };
  await send(log, again);
  const called = await send(log, again);
  assert.is(log.records.length, 1);
  assert.equal(!isLeft(called) && called.right, { id: "mine", seq: 1, duplicate: true });
});

test("arguments that do not fit are refused, each with its reason, and nothing is sent", async () => {
  const log = memoryLog();
  const refusals = [
    [{ revision: "--option" }, "invalid_revision"],
    [{ revision: "main; rm -rf /" }, "invalid_revision"],
    [{ revision: "../x" }, "invalid_revision"],
    [{ revision: "a".repeat(300) }, "invalid_revision"],
    [{}, "invalid_request"],
    [{ revision: "main", action: "explode" }, "invalid_request"],
    [{ revision: "main", reply_to: "elsewhere" }, "invalid_request"],
    [{ revision: "main", revison: "main" }, "invalid_request"],
    [{ revision: "main", id: "" }, "invalid_request"],
    [{ revision: "main", id: undefined }, "invalid_request"],
    [{ revision: "../x", action: "explode" }, "invalid_request"],
  ] as const;
  for (const [args, code] of refusals) {
    const called = await send(log, args);
    assert.is(isLeft(called) && called.left.code, code, JSON.stringify(args));
    assert.match((isLeft(called) && called.left.message) || "", /^The deploy request was not sent\. /);
  }
  assert.equal(log.records, []);
});

test("what the log refuses, the call refuses", async () => {
  const log = { append: () => left(failure("unaudited", "full")) };
  const called = await call(deploy, { requester: requester("alice"), log }, address, { revision: revision("main") })();
  assert.is(isLeft(called) && called.left.message, "full");
});

test("checking sends nothing and fills in the defaults", () => {
  const input = checked(deploy, { revision: "main" });
  assert.equal(!isLeft(input) && input.right, { action: "switch", revision: "main", ...defaults });
});

test.run();
