/** The order of a job: what a newer listener wrote must still be read after it was replaced, and nothing else must pass. */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { JobOrder } from "../../../lib/host/job-order.ts";
import { order } from "../../support/fixtures.ts";

const test = suite("lib/host/job-order");

const why = (changes: object): readonly string[] => {
  const decoded = JobOrder.lenient({ ...order(), ...changes });
  return isLeft(decoded) ? decoded.left : [];
};

test("an order is read back as it was written", () => {
  const full = order({ engine: "nixos" });
  assert.equal(JobOrder.strict(JSON.parse(JSON.stringify(full))), { _tag: "Right", right: full });
});

test("what a newer listener adds is ignored; a form that it changed is refused", () => {
  assert.equal(why({ retries: 3 }), []);
  assert.equal(why({ journal: 2 }), ["journal: must be a whole number from 1 to 1"]);
  assert.equal(why({ engine: "guix" }), ["engine: must be one of nixos, sandbox, simulated"]);
});

test("what a job would put into an argv or a path is checked again", () => {
  const hostile = { revision: "--option", id: "../x", hostname: "a b", address: "deploy.>", reply_to: "hd.req.a.b.c" };
  for (const [key, value] of Object.entries(hostile)) assert.is(why({ [key]: value }).length, 1, key);
  assert.is(why({ flake_url: "git+file:///x\n\0" }).length, 1);
  assert.is(why({ timeout_ms: -1 }).length, 1);
  assert.is(why({ accepted_at: "yesterday" }).length, 1);
});

test("nothing that a job needs may be missing", () => {
  const optional = ["proof", "roles", "reason", "reply_to", "root", "override", "stored_at"];
  const ofOlderListeners = ["resolve_ms", "build_ms", "activate_ms", "verify_ms", "confirm_ms"];
  const ofOlderRequests = ["rollback", "tolerate_units", "health_checks"];
  const dispensable = [...optional, ...ofOlderListeners, ...ofOlderRequests];
  for (const key of Object.keys(JobOrder.fields)) {
    assert.is(why({ [key]: undefined }).length, dispensable.includes(key) ? 0 : 1, key);
  }
});

test.run();
