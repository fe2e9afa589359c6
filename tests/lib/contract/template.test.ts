/** Templates: what is served is what was meant, all of it concrete, or the listener refuses to start and says why. */
import fc from "fast-check";
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Address, parseRequestSubject, requestFilter, requestSubject } from "../../../lib/contract/address.ts";
import { read } from "../../../lib/contract/codec.ts";
import {
  defaultTemplates,
  type Expansion,
  expandTemplates,
  type HostIdentity,
} from "../../../lib/contract/template.ts";
import { anyName, anyTemplate } from "../../support/arbitraries.ts";
import { hostName, requester, role, tier, web1 } from "../../support/fixtures.ts";

const test = suite("lib/contract/template");

const expand = (templates: readonly string[], host: HostIdentity = web1): Expansion => {
  const expanded = expandTemplates(templates, host);
  if (isLeft(expanded)) throw new Error(expanded.left);
  return expanded.right;
};
const refusal = (templates: readonly string[], host: HostIdentity = web1): string => {
  const expanded = expandTemplates(templates, host);
  return isLeft(expanded) ? expanded.left : `served: ${expanded.right.addresses}`;
};

const anyHost: fc.Arbitrary<HostIdentity> = fc.record({
  hostname: anyName.map(hostName),
  tier: anyName.map(tier),
  roles: fc.array(anyName.map(role), { maxLength: 4 }),
});

test("the default templates, with two roles", () => {
  const host = { ...web1, roles: [role("web"), role("dns")] };
  assert.equal(expand(defaultTemplates, host), {
    addresses: ["deploy.prod.web1", "deploy.prod.all", "deploy.prod.role.web", "deploy.prod.role.dns"],
    skipped: [],
  });
});

test("without a role its template is skipped, and that is said", () => {
  const host = { ...web1, roles: [] };
  assert.equal(expand(defaultTemplates, host), {
    addresses: ["deploy.prod.web1", "deploy.prod.all"],
    skipped: ['"deploy.<tier>.role.<role>" is not served: this host has no role'],
  });
  assert.is(refusal(["deploy.<tier>.role.<role>"], host), "no deploy subject is left to serve");
});

test("an address is served once, however often it is named", () => {
  const host = { ...web1, roles: [role("web"), role("web")] };
  const templates = ["deploy.<tier>.role.<role>", "deploy.prod.role.web", "deploy.<tier>.role.web"];
  assert.equal(expand(templates, host).addresses, ["deploy.prod.role.web"]);
});

test("a variable may stand within a token, and more than once", () => {
  assert.equal(expand(["deploy.<tier>.x-<hostname>-<tier>.<hostname>"]).addresses, ["deploy.prod.x-web1-prod.web1"]);
});

test("a variable that is unknown or misspelt is named", () => {
  for (const [template, name] of [
    ["deploy.<tier>.<host>", "<host>"],
    ["deploy.<Tier>.<hostname>", "<Tier>"],
    ["deploy.<tier>.<>", "<>"],
    ["deploy.<tier>.< hostname>", "< hostname>"],
    ["deploy.<__proto__>.x", "<__proto__>"],
  ] as const) {
    assert.is(refusal([template]), `"${template}": ${name} is not a variable; known are <hostname>, <tier>, <role>`);
  }
});

test("what is not an address when filled is refused, with what it became", () => {
  const wrong = [
    "",
    "deploy.<tier>.<hostname",
    "deploy.tier>.x",
    "deploy.<<tier>>.x",
    "deploy.<tier>.*",
    "deploy.<tier>.>",
  ];
  const foreign = ["hd.req.*.<tier>.all", "<tier>.<hostname>", "deploy.<tier>", "deploy.<tier>.", "deploy.<tier>.a b"];
  const reserved = ["deploy.responses.<hostname>", "deploy.discover.x", "deploy.build.<hostname>", "deploy.<tier>.x\n"];
  for (const template of [...wrong, ...foreign, ...reserved]) {
    assert.match(refusal([template]), /becomes ".*", which is not an address such as/s, template);
  }
});

test("one wrong template refuses them all: a listener must not serve half of what it was told", () => {
  assert.match(refusal([...defaultTemplates, "deploy.<tier>.*"]), 'becomes "deploy.prod.*"');
  assert.is(refusal([]), "no deploy subject is left to serve");
});

test("every expanded address is concrete, parses back and is served by its filter (10,000)", () => {
  fc.assert(
    fc.property(fc.array(anyTemplate, { maxLength: 4 }), anyHost, (templates, host) => {
      const expanded = expandTemplates(templates, host);
      if (isLeft(expanded)) return assert.ok(expanded.left.length > 0);
      const { addresses, skipped } = expanded.right;
      assert.is(new Set(addresses).size, addresses.length);
      assert.is(
        skipped.length > 0,
        host.roles.length === 0 && templates.some((template) => template.includes("<role>")),
      );
      for (const address of addresses) {
        assert.not.match(address, /[<>*\s]/);
        assert.is(read(Address, address), address);
        const bobs = { requester: "bob", address, verb: undefined };
        assert.equal(parseRequestSubject(requestSubject(requester("bob"), address)), bobs);
        assert.match(requestFilter(address), /^hd\.req\.\*\.[^*>]+$/);
      }
    }),
    { numRuns: 10_000 },
  );
});

test("the default templates serve any host (1,000)", () => {
  fc.assert(
    fc.property(anyHost, (host) => {
      const expanded = expandTemplates(defaultTemplates, host);
      assert.ok(isRight(expanded));
      assert.is(expanded.right.addresses.length, 2 + new Set(host.roles).size);
    }),
    { numRuns: 1000 },
  );
});

test.run();
