/** What an answer to a direct get is: a record, the end, or neither; a publisher's header cannot make one look like another. */
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { endOf, one } from "../../../lib/nats/direct-get.ts";

const test = suite("lib/nats/direct-get");

const data = new TextEncoder().encode("{}");

const recordWith = (code: number) => {
  const header = code === 0 ? headers() : headers(code, "written by its publisher");
  header.set("Nats-Sequence", "7");
  header.set("Nats-Subject", "hd.req.alice.prod.web1");
  header.set("Nats-Num-Pending", "12");
  return { headers: header, data };
};

test("a record is one whatever status line its publisher wrote, as older servers keep it", () => {
  for (const code of [0, 204, 404, 408, 503]) {
    assert.is(one(recordWith(code))?.seq, 7, String(code));
    assert.is(endOf(recordWith(code)), "more", String(code));
  }
});

test("a status is the server's word", () => {
  const status = (code: number) => ({ headers: headers(code, "said by the server"), data: new Uint8Array() });
  assert.is(one(status(404)), undefined);
  assert.is(endOf(status(404)), "end");
  assert.is(endOf(status(204)), "end");
  assert.throws(() => one(status(408)), "408");
  assert.throws(() => endOf(status(413)), "413");
});

test.run();
