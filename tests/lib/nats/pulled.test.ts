/** What a reply subject says of a message: the forms of the server, and nothing else. */
import fc from "fast-check";
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handedOver, statusCodeOf } from "../../../lib/nats/pulled.ts";

const test = suite("lib/nats/pulled");

const said = {
  stream: "HD_AUDIT",
  consumer: "host_web1",
  attempt: 2,
  seq: 41,
  atMs: 1_795_557_371_123,
  pending: 7,
};

test("the forms that the server uses, with and without a domain", () => {
  const tail = "HD_AUDIT.host_web1.2.41.40.1795557371123456789.7";
  assert.equal(handedOver(`$JS.ACK.${tail}`), said);
  assert.equal(handedOver(`$JS.ACK._.ACCOUNTHASH.${tail}`), said);
  assert.equal(handedOver(`$JS.ACK.hub.ACCOUNTHASH.${tail}.random`), said);
});

test("what is no such subject says nothing", () => {
  const wrong = [
    "",
    "_INBOX.x",
    "$JS.ACK",
    "$JS.ACK.HD_AUDIT.host_web1.2.41.40.1795557371123456789",
    "$JS.ACK.HD_AUDIT.host_web1.2.0.40.1795557371123456789.7",
    "$JS.ACK.HD_AUDIT.host_web1.2.9007199254740993.40.1795557371123456789.7",
    "$JS.ACK.HD_AUDIT.host_web1.two.41.40.1795557371123456789.7",
    "$JS.ACK.HD_AUDIT.host_web1.2.-1.40.1795557371123456789.7",
    "$JS.ACK.x.HD_AUDIT.host_web1.2.41.40.1795557371123456789.7",
    "$JS.NAK.HD_AUDIT.host_web1.2.41.40.1795557371123456789.7",
  ];
  for (const subject of wrong) assert.is(handedOver(subject), undefined, subject);
});

test("a status comes to the inbox; what a record's publisher wrote into its header is none", () => {
  for (const code of [404, 408, 409, 503]) {
    const status = headers(code, "Consumer Deleted");
    assert.is(statusCodeOf({ subject: "_INBOX_web1.x.1", headers: status }, "_INBOX_web1.x"), code);
    assert.is(statusCodeOf({ subject: "hd.req.alice.prod.web1", headers: status }, "_INBOX_web1.x"), 0);
  }
  assert.is(statusCodeOf({ subject: "hd.req.alice.prod.web1" }, "_INBOX_web1.x"), 0);
});

test("nothing that arrives breaks it", () => {
  const token = fc.oneof(fc.string(), fc.constantFrom("$JS", "ACK", "_", "1", "99999999999999999999", "1e9", "0x1"));
  fc.assert(
    fc.property(fc.array(token, { maxLength: 13 }), (tokens) => {
      const handed = handedOver(tokens.join("."));
      if (handed !== undefined)
        assert.ok([handed.attempt, handed.seq, handed.atMs, handed.pending].every((n) => n >= 0));
    }),
    { numRuns: 2_000 },
  );
});

test.run();
