/** What a message has to prove before it is acted on, and that it is settled once. */
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { deliveryOf, objection } from "../../../lib/nats/delivery.ts";
import type { Handed, Pulled } from "../../../lib/nats/pulled.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";

const test = suite("lib/nats/delivery");

const address = hostAddress(tier("prod"), hostName("web1"));
const expected = { durable: "host_web1", addresses: new Set([address]) };

const handed: Handed = {
  stream: "HD_AUDIT",
  consumer: "host_web1",
  seq: 41,
  attempt: 2,
  atMs: 1.7e12,
  pending: 0,
};

/** A message as a pull brings it, which notes how it is settled. */
const message = (changes: Partial<Pulled> = {}) => {
  const settled: string[] = [];
  const note = (what: string) => () => void settled.push(what);
  const made: Pulled = {
    subject: requestSubject(requester("alice"), address),
    handed,
    headers: undefined,
    isReadable: true,
    body: "{}",
    ack: note("ack"),
    nak: note("nak"),
    working: note("working"),
    term: note("term"),
    ...changes,
  };
  return { message: made, settled };
};

const refusal = (changes: Partial<Pulled>): unknown => objection(message(changes).message, expected);

test("takes what the host's own consumer hands over for the host", () => {
  assert.is(refusal({}), undefined);
});

test("what comes from elsewhere is not even settled", () => {
  const foreign = { reason: "it does not come from this host's consumer", isForeign: true };
  assert.equal(refusal({ handed: { ...handed, consumer: "host_web2" } }), foreign);
  assert.equal(refusal({ handed: { ...handed, stream: "OTHER" } }), foreign);
  assert.equal(refusal({ handed: undefined }), foreign);
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

test("what has headers that cannot be read is refused", () => {
  assert.equal(refusal({ isReadable: false }), {
    reason: "its headers are none that can be read",
    isForeign: false,
  });
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
  const { seq, atMs, attempt, msgId, body } = deliveryOf(message({ headers: ids }).message, handed, {
    acknowledge: async () => undefined,
    ...{ onWorking: () => undefined, onSettled: () => undefined },
  });
  assert.equal([seq, atMs, attempt, msgId, body], [41, 1.7e12, 2, "heeded", "{}"]);
});

test("more time is asked for until it is settled, and not after", async () => {
  const { message: made, settled } = message();
  const onWorking = (): void => void settled.push("more time");
  const delivery = deliveryOf(made, handed, {
    acknowledge: async () => void settled.push("ack"),
    ...{ onWorking, onSettled: () => undefined },
  });
  delivery.working();
  await delivery.ack();
  delivery.working();
  assert.equal(settled, ["working", "more time", "ack"]);
});

test("is settled once, whichever way comes first", async () => {
  const { message: made, settled } = message();
  let released = 0;
  const delivery = deliveryOf(made, handed, {
    acknowledge: async () => void settled.push("ack"),
    onWorking: () => void settled.push("more time"),
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
