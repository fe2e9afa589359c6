/** Addresses of servers: which are taken, which are the same, and that a secret in one is never repeated. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { areAmong, isLoopback, parseServer } from "../../../lib/contract/server-address.ts";

const test = suite("lib/contract/server-address");

test("takes what names a server", () => {
  for (const text of ["nats://127.0.0.1:4222", "tls://nats.example.org", "host:4222", "host", "[::1]:4222"]) {
    assert.equal(parseServer(text), { _tag: "Right", right: text });
  }
});

test("refuses what names none, and never repeats it", () => {
  for (const text of ["", "nats://", "a b", "ws://host", "http://host", "host/path", "host:99999", "nats://host?x"]) {
    assert.is(parseServer(text)._tag, "Left", text);
  }
  for (const text of ["nats://hush:hush@host", "hush@host", "tls://hush@host:4222"]) {
    const parsed = parseServer(text);
    assert.is(parsed._tag, "Left");
    assert.not.match(JSON.stringify(parsed), "hush");
  }
});

test("the usual scheme and port need not be said; a capital is none; TLS is another connection", () => {
  assert.ok(areAmong(["host"], ["nats://HOST:4222"]));
  assert.ok(areAmong(["nats://a:80", "b"], ["a:80", "b:4222", "c"]));
  for (const [one, other] of [
    ["host", "tls://host"],
    ["host:4223", "host"],
    ["host:80", "host"],
    ["other", "host"],
  ] as const) {
    assert.not.ok(areAmong([one], [other]), `${one} ${other}`);
    assert.not.ok(areAmong([other], [one]), `${other} ${one}`);
  }
  assert.not.ok(areAmong(["a", "b"], ["a"]), "each of them has to be known");
});

test("only this machine is loopback", () => {
  for (const near of ["127.0.0.1", "nats://127.8.0.1:1", "localhost:4222", "[::1]:4222"])
    assert.ok(isLoopback(near), near);
  for (const far of ["10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "tls://host"])
    assert.not.ok(isLoopback(far), far);
});

test("any text is taken or refused, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseServer(text);
      assert.type(isLoopback(text), "boolean");
      if (parsed._tag === "Right") assert.ok(areAmong([text], [text]));
    }),
  );
});

test.run();
