/** Wishes and words against them on the wire: subjects there and back, and what is neither. */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  allAddress,
  askFilter,
  askSubject,
  hostAddress,
  parseAskSubject,
  parseRequestSubject,
  parseResponseSubject,
  requestFilters,
  roleAddress,
} from "../../../lib/contract/address.ts";
import { askBody } from "../../../lib/contract/ask.ts";
import { hostDurable } from "../../../lib/contract/log-names.ts";
import { addressesOf } from "../../../lib/contract/template.ts";
import { hostConsumer } from "../../../streams/host-consumer.ts";
import { anyName, anyText } from "../../support/arbitraries.ts";
import { hostName, requester, role, tier, web1 } from "../../support/fixtures.ts";

const test = suite("lib/contract/ask");

const claude = requester("claude");

test("a subject says whose it is and for whom, and is that of no request and no response", () => {
  for (const address of [
    hostAddress(tier("prod"), hostName("web1")),
    allAddress(tier("prod")),
    roleAddress(tier("prod"), role("web")),
  ]) {
    const subject = askSubject(claude, address);
    assert.equal(parseAskSubject(subject), { requester: claude, address });
    assert.is(parseRequestSubject(subject), undefined);
    assert.is(parseResponseSubject(subject), undefined);
    assert.is(askFilter(address), subject.replace("claude", "*"));
  }
});

test("what has a verb behind it, wildcards or no address is none", () => {
  for (const rest of [
    "claude.prod.web1.cancel",
    "claude.prod.web1.override",
    "*.prod.web1",
    "claude.prod",
    "claude",
    ">",
  ])
    assert.is(parseAskSubject(`hd.ask.${rest}`), undefined, rest);
  assert.is(parseAskSubject("hd.req.claude.prod.web1"), undefined);
  fc.assert(
    fc.property(anyText, anyName, (text, name) => {
      const found = parseAskSubject(`hd.ask.${text}.${name}`);
      assert.ok(found === undefined || askSubject(found.requester, found.address) === `hd.ask.${text}.${name}`);
    }),
  );
});

test("no filter of a host's place begins like one, so no host is handed any", () => {
  const { filters, name } = hostConsumer(web1.hostname, addressesOf(web1));
  assert.is(name, hostDurable(web1.hostname));
  assert.equal(filters, addressesOf(web1).flatMap(requestFilters));
  for (const filter of filters) assert.match(filter, /^hd\.req\.\*\.prod\./);
});

const wish = { id: "w-1", action: "switch", revision: "main", hosts: ["web1"] };

const reasonsOf = (value: unknown): readonly string[] => {
  const body = askBody(value);
  return isLeft(body) ? body.left : [];
};

test("a body is a wish or a denial, and of what is neither it is said why", () => {
  assert.equal(askBody({ ...wish, newer: 1 }), {
    _tag: "Right",
    right: { kind: "wish", wish: { ...wish, rollback: true, tolerate_units: [] } },
  });
  assert.equal(askBody({ id: "w-1", denied: true, reason: "no" }), {
    _tag: "Right",
    right: { kind: "denial", denial: { id: "w-1", denied: true, reason: "no" } },
  });
  assert.equal(reasonsOf({ id: "w-1", denied: false }), ["denied: must be true"]);
  assert.equal(reasonsOf({ ...wish, denied: "no" }).length, 1);
  assert.match(reasonsOf({ ...wish, hosts: "web1" })[0] ?? "", /^hosts: must be a list/);
  assert.match(reasonsOf({ ...wish, id: undefined })[0] ?? "", /^id: is missing/);
  assert.match(reasonsOf({ ...wish, client: "two\nlines" })[0] ?? "", /^client: must be/);
  for (const value of [null, [], "x", 7]) assert.ok(isLeft(askBody(value)));
});

test.run();
