/** What stands in the log, read by its subject: a request by its verb, a response by its host. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type RequestRecord, readRecord } from "../../streams/records.ts";
import { leftOf, rightOf } from "../support/either.ts";
import { event, noonMs, order } from "../support/fixtures.ts";

const test = suite("streams/records");

const read = (subject: string, body: object | string) =>
  readRecord({
    ...{ seq: 41, subject, atMs: noonMs, msgId: undefined, signature: undefined },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const request = (verb: string | undefined, body: object | string): RequestRecord => {
  const found = read(["hd.req.alice.prod.web1", ...(verb === undefined ? [] : [verb])].join("."), body);
  if (found.kind !== "request") throw new Error(found.kind);
  return found;
};

/** It fits every route. */
const body = { id: "req-1", revision: "main", reason: "because", request: "req-0" };

test("a request is what its verb says", () => {
  for (const [verb, route] of [
    [undefined, "deploy"],
    ["override", "deploy"],
    ["cancel", "cancel"],
    ["freeze", "freeze"],
    ["unfreeze", "unfreeze"],
  ] as const) {
    const found = request(verb, body);
    assert.equal([found.verb, found.id, found.address], [verb, "req-1", "deploy.prod.web1"]);
    const asked = rightOf(found.body);
    assert.is(asked.route, route);
    assert.is("revision" in asked.input, route === "deploy");
    assert.is("request" in asked.input, route === "cancel");
  }
});

test("a body that does not fit the verb is told; its id is known all the same", () => {
  const found = request("cancel", { id: "req-1", revision: "main" });
  assert.match(leftOf(found.body), "request: is missing");
  assert.is(found.id, "req-1");
  assert.is(leftOf(request("freeze", "{").body), "the body is not JSON");
});

test("an answer to a control request is a response like any other", () => {
  const applied = { ...event(order(), { status: "applied" }), control: "freeze" };
  const found = read("hd.res.prod.web1.applied", applied);
  assert.is(found.kind === "response" && found.event.control, "freeze");
});

test("what is neither is told as that", () => {
  assert.is(read("hd.res.prod.web2.applied", event(order(), { status: "applied" })).kind, "unreadable");
  assert.is(read("hd.other", {}).kind, "unreadable");
});

test("what is asked of builders, and what they say, is neither a deployment nor unreadable", () => {
  const asked = read("hd.req.alice.build.nixos.web1", { id: "req-1", branch: "main" });
  if (asked.kind !== "build request") throw new Error(asked.kind);
  assert.equal([asked.requester, asked.repo, asked.target, asked.id], ["alice", "nixos", "web1", "req-1"]);
  assert.equal(rightOf(asked.body), { id: "req-1", revision: "main" });
  assert.match(leftOf((read("hd.req.alice.build.nixos.all", {}) as typeof asked).body), "revision: is missing");
  const said = { builder: "ci", repo: "nixos", target: "all", status: "failed", error: "build_failed", message: "m" };
  const told = read("hd.res.build.ci.failed", said);
  assert.equal([told.kind, told.kind === "build response" && told.event.error], ["build response", "build_failed"]);
  for (const [subject, body] of [
    ["hd.res.build.other.failed", said],
    ["hd.res.build.ci.completed", said],
    ["hd.res.build.ci.failed", { ...said, results: [{ host: "--option", outcome: "built" }] }],
    ["hd.res.build.ci.failed", "no JSON"],
    ["hd.req.alice.build.nixos", { revision: "main" }],
    ["hd.req.alice.build.nixos.a.b", { revision: "main" }],
  ] as const)
    assert.is(read(subject, body).kind, "unreadable", subject);
});

test.run();
