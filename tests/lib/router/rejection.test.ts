/** The record of a refusal: complete, readable by its own codec whatever was refused, and with a message id of its own. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Requester } from "../../../lib/contract/names.ts";
import type { Verb } from "../../../lib/contract/values.ts";
import { rejection } from "../../../lib/router/rejection.ts";
import { noonMs, origin, requester, web1 } from "../../support/fixtures.ts";

const test = suite("lib/router/rejection");

const rejected = (fields: Readonly<Record<string, unknown>>, message = "No.", simulated = false) =>
  rejection(web1.hostname, { origin: origin(), fields, failure: failure("busy", message), simulated }, noonMs);

test("what could be read of the request is in the record", () => {
  assert.equal(rejected({ action: "boot", revision: "main", reason: "because", id: "other" }), {
    hostname: "web1",
    status: "rejected",
    error: "busy",
    message: "No.",
    id: "req-1",
    request_seq: 41,
    phase: null,
    requester: "alice",
    proof: "named",
    action: "boot",
    revision: "main",
    at: "2026-01-31T12:00:00.000Z",
  });
});

test("a host that only simulates says so in a refusal too", () => {
  assert.is(rejected({}, "No.", true).simulated, true);
  assert.is("simulated" in rejected({}), false);
});

test("a refusal says what was asked for by its verb, and who cancelled", () => {
  const of = (verb: Verb, by?: Requester) =>
    rejection(
      web1.hostname,
      { origin: origin({ verb }), fields: {}, failure: { ...failure("cancelled", "No."), by }, simulated: false },
      noonMs,
    );
  for (const verb of ["cancel", "freeze", "unfreeze"] as const) assert.is(of(verb).control, verb);
  assert.equal([of("override").control, of("override").override], [undefined, true]);
  assert.is(of("override", requester("bob")).cancelled_by, "bob");
  assert.is("cancelled_by" in of("cancel"), false);
});

test("what did not fit is not repeated", () => {
  for (const wrong of ["--option", "\u001b[2J", "x".repeat(300), null, 1, {}, ["main"]]) {
    const record = rejected({
      action: wrong,
      revision: wrong,
      hostname: "evil",
      requester: "root",
      status: "completed",
    });
    assert.is("action" in record || "revision" in record, false);
    assert.equal([record.hostname, record.requester, record.status], ["web1", "alice", "rejected"]);
  }
});

test("a record can be read back whatever the failure says", () => {
  for (const message of ["", "\u001b[31mred\u0007", "a\r\nb", "\ud800", "x".repeat(1_000_000), "😀".repeat(8001)]) {
    const record: unknown = JSON.parse(JSON.stringify(rejected({ revision: "main" }, message)));
    assert.is(DeployEvent.strict(record)._tag, "Right", message.slice(0, 20));
  }
});

test.run();
