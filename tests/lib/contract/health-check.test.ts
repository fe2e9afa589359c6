/** Health checks as an order keeps them: what fits, and what every field refuses. */
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthCheck } from "../../../lib/contract/health-check.ts";
import { object, required, struct } from "../../../lib/contract/struct.ts";
import { rightOf } from "../../support/either.ts";

const test = suite("lib/contract/health-check");

test("a check says what it is, and the rest has a default", () => {
  assert.equal(rightOf(HealthCheck.strict({ name: "site", http: "http://localhost/health" })), {
    ...{ name: "site", http: "http://localhost/health", timeout_ms: 10_000, tries: 5, pause_ms: 1_000 },
  });
});

test("each field refuses what it is not", () => {
  const wrong = [
    { tcp: "localhost" },
    { tcp: "localhost:0" },
    { tcp: "localhost:80 -x" },
    { http: "file:///etc/shadow" },
    { http: "http://a b" },
    { http: "http://a\nb" },
    { command: "systemctl is-active nginx" },
    { command: [1] },
    { status: 99 },
    { tries: 0 },
    { timeout_ms: 0 },
    { name: "" },
    { name: "a\u001b[31m" },
  ];
  for (const one of wrong) assert.ok(isLeft(HealthCheck.strict({ name: "x", ...one })), JSON.stringify(one));
});

test("IPv6, names and addresses are places to connect to", () => {
  for (const tcp of ["[::1]:22", "127.0.0.1:4222", "db-1.example.org:5432"]) {
    assert.ok(isRight(HealthCheck.strict({ name: "x", tcp })), tcp);
  }
});

test("within another object it is decoded, defaults and all, and what is wrong with it is told", () => {
  const Holder = struct("holder", { check: required(object(HealthCheck), "a check") });
  assert.is(rightOf(Holder.strict({ check: { name: "x", tcp: "a:1" } })).check.tries, 5);
  const refused = Holder.strict({ check: { name: "x", tries: 0 } });
  assert.ok(isLeft(refused));
  assert.match(refused.left.join(), "check: must be a health check: tries: must be a whole number");
});

test.run();
