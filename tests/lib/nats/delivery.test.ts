/** What a message has to prove before it is acted on, and that it is settled once. */
import type { JsMsg } from "@nats-io/jetstream";
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { deliveryOf, objection } from "../../../lib/nats/delivery.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";

const test = suite("lib/nats/delivery");

const address = hostAddress(tier("prod"), hostName("web1"));
const expected = { durable: "host_web1", addresses: new Set([address]) };

const info = {
  stream: "HD_AUDIT",
  consumer: "host_web1",
  streamSequence: 41,
  deliveryCount: 2,
  timestampNanos: 1.7e18,
};

/** A message as the client gives it, which notes how it is settled. */
const message = (changes: object = {}) => {
  const settled: string[] = [];
  const note = (what: string) => () => void settled.push(what);
  const made = {
    subject: requestSubject(requester("alice"), address),
    info,
    headers: undefined,
    string: () => "{}",
    nak: note("nak"),
    term: note("term"),
    ...changes,
  };
  return { message: made as unknown as JsMsg, settled };
};

const refusal = (changes: object): unknown => objection(message(changes).message, expected);

test("takes what the host's own consumer hands over for the host", () => {
  assert.is(refusal({}), undefined);
});

test("what comes from elsewhere is not even settled", () => {
  const foreign = { reason: "it does not come from this host's consumer", isForeign: true };
  assert.equal(refusal({ info: { ...info, consumer: "host_web2" } }), foreign);
  assert.equal(refusal({ info: { ...info, stream: "OTHER" } }), foreign);
  const broken = Object.defineProperty({ ...message().message }, "info", {
    get: () => {
      throw new Error("unable to parse delivery info");
    },
  });
  assert.equal(objection(broken as JsMsg, expected), foreign);
});

test("what is not addressed to the host is refused", () => {
  for (const subject of [
    "hd.req.alice.prod.web2",
    "hd.req.alice.prod.all",
    "hd.res.prod.web1.started",
    "deploy.prod.web1",
  ]) {
    assert.equal(refusal({ subject }), { reason: "it is not addressed to this host", isForeign: false });
  }
});

test("a record that the server made by copying another is refused", () => {
  const copied = headers();
  copied.set("Nats-Stream", "HD_AUDIT");
  assert.equal(refusal({ headers: copied }), { reason: "it is the server's copy of another record", isForeign: false });
});

test("a delivery says what was stored", () => {
  const ids = headers();
  ids.append("Nats-Msg-Id", "heeded");
  ids.append("Nats-Msg-Id", "ignored");
  const { seq, atMs, attempt, msgId, body } = deliveryOf(message({ headers: ids }).message, {
    acknowledge: async () => undefined,
    onSettled: () => undefined,
  });
  assert.equal([seq, atMs, attempt, msgId, body], [41, 1.7e12, 2, "heeded", "{}"]);
});

test("is settled once, whichever way comes first", async () => {
  const { message: made, settled } = message();
  let released = 0;
  const delivery = deliveryOf(made, {
    acknowledge: async () => void settled.push("ack"),
    onSettled: () => {
      released += 1;
    },
  });
  await delivery.ack();
  delivery.later(5);
  delivery.refuse("no");
  await delivery.ack();
  assert.equal([settled, released], [["ack"], 1]);
});

test.run();
