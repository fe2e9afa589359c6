/** What a redacted record keeps is what the contract knows and what can hold no free text. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { redacted } from "../../streams/redact.ts";
import { rawRecord } from "../support/exports.ts";

const test = suite("streams/redact");

const bodyOf = (value: object): unknown =>
  JSON.parse(redacted(rawRecord(1, { body: Buffer.from(JSON.stringify(value)).toString("latin1") })).body);

test("free text is replaced, what is known to be none stays, what is not known goes", () => {
  assert.equal(
    bodyOf({ action: "switch", revision: "main", reason: "grün", message: "m", log_tail: ["a", "b"], other: "o" }),
    { action: "switch", revision: "main", reason: "[redacted]", message: "[redacted]", log_tail: ["[redacted]"] },
  );
});

test("of a wish there remain its names, and not what a program calls itself", () => {
  const wish = { id: "w", action: "switch", revision: "main", hosts: ["web1"], reason: "certs", client: "Ann's tool" };
  assert.equal(bodyOf(wish), { ...wish, reason: "[redacted]", client: "[redacted]" });
  assert.equal(bodyOf({ id: "w", denied: true, reason: "no" }), { id: "w", denied: true, reason: "[redacted]" });
});

test("of a build there remain names, closures and codes, and not what a flake printed or is called", () => {
  const host = { host: "web1", outcome: "failed", error: "build_failed", elapsed_ms: 1 };
  const said = { builder: "ci", repo: "nixos", target: "all", status: "failed", built: 0, failed: 1, total: 1 };
  const bare = { ...said, host, results: [host] };
  const told = { ...host, message: "secret", extra: "secret" };
  assert.equal(bodyOf({ ...said, host: told, results: [told], left_out: ["secret"], log_tail: ["secret"] }), {
    ...bare,
    left_out: ["[redacted]"],
    log_tail: ["[redacted]"],
  });
  assert.equal(bodyOf({ host: "secret", results: ["secret", { host: "web1" }] }), {
    host: "[redacted]",
    results: ["[redacted]", "[redacted]"],
  });
});

test("a value that does not fit its field is free text", () => {
  assert.equal(bodyOf({ action: "my password", closure: "x y", generation: "z" }), {
    action: "[redacted]",
    closure: "[redacted]",
    generation: "[redacted]",
  });
});

test("a body that is no object is replaced whole, and of headers the message id stays", () => {
  for (const body of ["", "secret", '"secret"', '["secret"]', "null", "\u00ff"]) {
    assert.is(redacted(rawRecord(1, { body })).body, "[redacted]");
  }
  const headers = new Map([
    ["Nats-Msg-Id", ["id"]],
    ["Hd-Signature", ["s"]],
    ["X-Secret", ["s"]],
  ]);
  assert.equal([...redacted(rawRecord(1, { headers })).headers], [["Nats-Msg-Id", ["id"]]]);
});

test("whatever stands in a body, redacting it gives a body", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: "binary" })), (text) => {
      assert.type(redacted(rawRecord(1, { body: Buffer.from(text).toString("latin1") })).body, "string");
    }),
  );
});

test.run();
