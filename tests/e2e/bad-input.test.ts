/** What a bare client can put into the log that is no request: each is refused with a code and a sentence, and nothing runs. */
import { jetstream } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { unnamed } from "../../lib/contract/names.ts";
import { instant } from "../../lib/contract/values.ts";
import { collector } from "../support/collector.ts";
import { failureOf } from "../support/either.ts";
import { alice, bob, startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: bad input");
const fleet = await startFleet(test);
await fleet.listen("lab1");

interface Refused {
  readonly what: string;
  readonly body: string | object;
  readonly code: string;
  /** What the sentence has to hold. */
  readonly says: string;
}

const good = { revision: "v1", action: "switch", reply_to: "deploy.responses.1" };

const refusals: readonly Refused[] = [
  { what: "what is not JSON", body: "deploy main, please", code: "invalid_request", says: "not JSON" },
  { what: "an empty body", body: "", code: "invalid_request", says: "not JSON" },
  { what: "a JSON array", body: '["switch","main"]', code: "invalid_request", says: "not an object" },
  { what: "JSON null", body: "null", code: "invalid_request", says: "not an object" },
  { what: "a request without a revision", body: { action: "switch" }, code: "invalid_request", says: "revision" },
  {
    what: "a revision that is a number",
    body: { ...good, revision: 7 },
    code: "invalid_revision",
    says: "revision: must",
  },
  {
    what: "a revision that is an option",
    body: { ...good, revision: "--option" },
    code: "invalid_revision",
    says: "it begins with a letter",
  },
  {
    what: "a revision that is a command",
    body: { ...good, revision: "main; rm -rf /" },
    code: "invalid_revision",
    says: "revision: must",
  },
  {
    what: "a revision that is a path",
    body: { ...good, revision: "../x" },
    code: "invalid_revision",
    says: "revision: must",
  },
  {
    what: "a revision of 300 characters",
    body: { ...good, revision: "x".repeat(300) },
    code: "invalid_revision",
    says: "at most 255",
  },
  {
    what: "an action that nobody knows",
    body: { ...good, action: "destroy" },
    code: "invalid_request",
    says: "action: must",
  },
  {
    what: "a reply subject of another place",
    body: { ...good, reply_to: "hd.req.alice.prod.web1" },
    code: "invalid_request",
    says: "reply_to: must",
  },
  {
    what: "a reply subject with a wildcard",
    body: { ...good, reply_to: "deploy.responses.>" },
    code: "invalid_request",
    says: "reply_to: must",
  },
  {
    what: "an id that is a path",
    body: { ...good, id: "../../etc/passwd" },
    code: "invalid_request",
    says: "id: must",
  },
  {
    what: "an expiry that is no time",
    body: { ...good, expires_at: "tomorrow" },
    code: "invalid_request",
    says: "expires_at: must",
  },
  {
    what: "an expired request",
    body: { ...good, expires_at: instant(Date.now() - 1_000) },
    code: "expired",
    says: "Nothing was done",
  },
  {
    what: "a request for a system that does not run",
    body: { ...good, if_current: `/nix/store/${"0".repeat(32)}-other` },
    code: "not_current",
    says: "Nothing was done",
  },
];

for (const { what, body, code, says } of refusals) {
  test(`${what} is refused`, async () => {
    const seq = await fleet.ask("test/lab1", body);
    const { status, event } = await fleet.ended(seq, "lab1");
    assert.is(status, "rejected");
    assert.is(event.error, code);
    assert.match(event.message, says);
    assert.ok(event.message.length < 1_000, "the sentence is short");
    assert.equal(fleet.runs("lab1"), []);
    await theLogIsTrue(fleet);
  });
}

test("a refused request stands in the history as what it was", async () => {
  const { code, out } = await fleet.hd("history", "--status", "rejected", "-n", "100");
  assert.is(code, 0);
  assert.is(out.match(/invalid_revision/g)?.length, 5);
  assert.not.match(out, "rm -rf");
  await theLogIsTrue(fleet);
});

test("a field that nobody knows is ignored, however long it is", async () => {
  const seq = await fleet.ask("test/lab1", { ...good, junk: "j".repeat(200 * 1024) });
  const { status, event } = await fleet.ended(seq, "lab1");
  assert.is(status, "completed");
  assert.ok(JSON.stringify(event).length < 2_000, "and does not come back");
  assert.is(fleet.runs("lab1").length, 1);
  await theLogIsTrue(fleet);
});

test("a record that is larger than the log takes is refused by the server", async () => {
  const end = (await fleet.log.end()()) as { right: number };
  const body = JSON.stringify({ ...good, junk: "j".repeat(300 * 1024) });
  const bare = jetstream(await fleet.client(alice)).publish("hd.req.alice.test.lab1", body);
  assert.match(await bare.then(String, String), "message size exceeds maximum");
  const bus = await fleet.world.bus(alice);
  for (const size of [300 * 1024, 2 * 1024 * 1024]) {
    const entry = { subject: "hd.req.alice.test.lab1", body: " ".repeat(size), msgId: `large-${size}` };
    const { code, message } = failureOf(await bus.log.append(entry)());
    assert.is(code, "invalid_request");
    assert.match(message, /larger than the log takes: at most 256 KiB.*Send a shorter one/);
  }
  await bus.close();
  assert.equal(await fleet.log.end()(), end);
  await theLogIsTrue(fleet);
});

test("a request of the original protocol is stored as unnamed, served, and answered live where it asked", async () => {
  const client = await fleet.client(unnamed);
  const answers = collector<{ readonly status: string; readonly hostname: string; readonly error: string | null }>(
    "answer",
  );
  client.subscribe("deploy.responses.original", { callback: (_error, message) => answers.add(message.json()) });
  const body = { action: "test", revision: "main", reply_to: "deploy.responses.original" };
  const ack = await client.request("deploy.test.lab1", JSON.stringify(body));
  const { seq } = ack.json<{ seq: number }>();
  const heard: string[] = [];
  while (heard.at(-1) !== "completed") {
    const { status, hostname, error } = await answers.next();
    assert.equal([hostname, error], ["lab1", null]);
    if (status !== heard.at(-1)) heard.push(status);
  }
  assert.equal(heard, ["accepted", "started", "completed"]);
  const { event } = await fleet.ended(seq, "lab1");
  assert.is(event.requester, unnamed);
  assert.is(event.request_seq, seq);
  await theLogIsTrue(fleet);
});

test("who may not deploy to a tier puts nothing into its log", async () => {
  const end = await fleet.log.end()();
  const denied = fleet.ask("prod/web1", good, bob);
  assert.match(await denied.then(String, String), "Permissions Violation");
  const inTheNameOfAnother = jetstream(await fleet.client(bob)).publish("hd.req.alice.test.lab1", "{}");
  assert.match(await inTheNameOfAnother.then(String, String), "Permissions Violation");
  assert.equal(await fleet.log.end()(), end);
  await theLogIsTrue(fleet);
});

test("an id that was used before is refused for another request, and the same request is not run again", async () => {
  const first = await fleet.ask("test/lab1", { ...good, id: "once" });
  assert.is((await fleet.ended(first, "lab1")).status, "completed");
  const second = await fleet.ask("test/lab1", { ...good, id: "once", revision: "main" });
  const { status, event } = await fleet.ended(second, "lab1");
  assert.equal([status, event.error], ["rejected", "invalid_request"]);
  assert.match(event.message, "used before");
  assert.is(fleet.runs("lab1").filter(([id]) => id === "once").length, 1);
  await theLogIsTrue(fleet);
});

test.run();
