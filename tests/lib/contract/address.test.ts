/** Subjects made and taken apart: what goes round comes back the same, and nothing but an address passes for one. */
import fc from "fast-check";
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  Address,
  allAddress,
  hostAddress,
  parseRequestSubject,
  parseResponseSubject,
  parseTarget,
  requestFilter,
  requestFilters,
  requestSubject,
  responseFilter,
  responseSubject,
  roleAddress,
  shortAddress,
  tierOf,
} from "../../../lib/contract/address.ts";
import { read } from "../../../lib/contract/codec.ts";
import { Status } from "../../../lib/contract/values.ts";
import { anyName, anyText } from "../../support/arbitraries.ts";
import { fit, hostName, requester, role, tier } from "../../support/fixtures.ts";

const test = suite("lib/contract/address");

const target = (typed: string): string => {
  const parsed = parseTarget(typed);
  return isLeft(parsed) ? `refused: ${parsed.left}` : parsed.right;
};

/** Whether a subject fits a NATS filter with `*`. */
const matches = (filter: string, subject: string): boolean => {
  const tokens = subject.split(".");
  const wanted = filter.split(".");
  return wanted.length === tokens.length && wanted.every((token, n) => token === "*" || token === tokens[n]);
};

const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.tuple(anyName, anyName).map(([t, h]) => hostAddress(tier(t), hostName(h))),
  anyName.map((t) => allAddress(tier(t))),
  fc.tuple(anyName, anyName).map(([t, r]) => roleAddress(tier(t), role(r))),
);

test("addresses of the design", () => {
  assert.is(hostAddress(tier("prod"), hostName("web1")), "deploy.prod.web1");
  assert.is(allAddress(tier("prod")), "deploy.prod.all");
  assert.is(roleAddress(tier("prod"), role("web")), "deploy.prod.role.web");
  for (const subject of ["deploy.prod.web1", "deploy.prod.all", "deploy.prod.role.web", "deploy.prod.web1.cancel"]) {
    assert.is(read(Address, subject), subject);
  }
});

test("nothing else is an address", () => {
  const wildcards = [
    "deploy.>",
    "deploy.*.web1",
    "deploy.prod.*",
    "deploy.prod.>",
    "deploy.prod.role.*",
    "deploy.prod.web*",
  ];
  const reserved = [
    "deploy.responses.x",
    "deploy.discover.x",
    "deploy.build.x",
    "deploy.discover",
    "deploy.responses.a.b",
  ];
  const shape = [
    "",
    "deploy",
    "deploy.",
    "deploy.prod",
    "deploy.prod.",
    "deploy..web1",
    ".deploy.prod.web1",
    "deploy.prod.web1.",
  ];
  const others = [
    "build.repo.x",
    "hd.req.alice.prod.web1",
    "$JS.API.STREAM.PURGE.HD_AUDIT",
    "Deploy.prod.web1",
    "xdeploy.a.b",
  ];
  const hostile = [
    "deploy.prod.web1\n",
    "deploy.prod.web 1",
    "deploy.prod.web1\r\nPUB x 0",
    "deploy.prod.wéb",
    "deploy.prod.a\0",
  ];
  const long = [
    `deploy.prod.${"x".repeat(64)}`,
    "deploy.a.b.c.d.e.f.g.h",
    `deploy.${Array(4).fill("x".repeat(63)).join(".")}`,
  ];
  for (const subject of [...wildcards, ...reserved, ...shape, ...others, ...hostile, ...long]) {
    assert.is(read(Address, subject), undefined, subject);
  }
});

test("a target is a short address or a subject", () => {
  assert.is(target("prod/web1"), "deploy.prod.web1");
  assert.is(target("prod/all"), "deploy.prod.all");
  assert.is(target("prod/role/web"), "deploy.prod.role.web");
  assert.is(target("deploy.prod.web1"), "deploy.prod.web1");
});

test("what is no target is refused with what a target may be", () => {
  const incomplete = [
    "",
    "prod",
    "prod/",
    "/prod/web1",
    "prod/web1/",
    "prod//web1",
    "web1",
    "deploy.prod",
    "prod/role",
  ];
  const hostile = [
    "prod/*",
    "prod/>",
    "*/all",
    "prod/web1\n",
    "../prod",
    "prod/-x",
    "-x/web1",
    "prod/we b",
    "--option",
    "pröd/web1",
  ];
  const reserved = ["responses/x", "discover/x", "build/x", "deploy.responses.x", "deploy.discover"];
  for (const typed of [...incomplete, ...hostile, ...reserved, `prod/${"x".repeat(64)}`]) {
    assert.match(target(typed), /^refused: .* is not a target; write prod\/web1, prod\/all, prod\/role\/web, /s, typed);
  }
});

test("a refused target cannot drive the terminal that shows it", () => {
  assert.not.match(target("prod/\u001b[2J\u0007"), /(?!\n)\p{Cc}/u);
  assert.ok(target("x".repeat(100_000)).length < 1000);
});

test("address -> stored subject -> address, for any requester (1,000)", () => {
  fc.assert(
    fc.property(anyAddress, anyName, (to, who) => {
      const subject = requestSubject(requester(who), to);
      assert.equal(parseRequestSubject(subject), { requester: who, address: to, verb: undefined });
      assert.is(matches(requestFilter(to), subject), true);
      assert.is(read(Address, to), to);
    }),
    { numRuns: 1000 },
  );
});

test("address and verb -> stored subject -> address and verb, also of the longest address (1,000)", () => {
  const deep = fc.array(anyName, { minLength: 6, maxLength: 6 }).map((tokens) => ["deploy.prod", ...tokens].join("."));
  const verbs = fc.constantFrom(...(["cancel", "freeze", "unfreeze", "override"] as const));
  const to = fc.oneof(anyAddress, deep.filter((one) => read(Address, one) !== undefined) as typeof anyAddress);
  fc.assert(
    fc.property(to, anyName, verbs, (address, who, verb) => {
      const subject = requestSubject(requester(who), address, verb);
      assert.equal(parseRequestSubject(subject), { requester: who, address, verb });
      assert.ok(requestFilters(address).some((filter) => matches(filter, subject)));
    }),
    { numRuns: 1000 },
  );
});

test("a host or a role may have the name of a verb", () => {
  for (const address of ["deploy.prod.cancel", "deploy.prod.role.freeze"])
    assert.equal(parseRequestSubject(requestSubject(requester("al"), fit(Address, address))), {
      ...{ requester: "al", address, verb: undefined },
    });
});

test("address -> short form -> address (1,000)", () => {
  fc.assert(
    fc.property(anyAddress, (to) => {
      assert.is(target(shortAddress(to)), to);
      assert.is(target(to), to);
      assert.is(`deploy.${tierOf(to)}.`, to.slice(0, tierOf(to).length + 8));
    }),
    { numRuns: 1000 },
  );
});

test("the filter of one address takes requests to no other (1,000)", () => {
  fc.assert(
    fc.property(anyAddress, anyAddress, anyName, (one, other, who) => {
      assert.is(matches(requestFilter(one), requestSubject(requester(who), other)), one === other);
    }),
    { numRuns: 1000 },
  );
});

test("responses: round trip, and the filter of an address sees its hosts (1,000)", () => {
  const statuses = ["accepted", "rejected", "started", "completed", "failed"];
  fc.assert(
    fc.property(anyAddress, anyName, fc.constantFrom(...statuses), (to, host, said) => {
      const status = fit(Status, said);
      const subject = responseSubject(tierOf(to), hostName(host), status);
      assert.equal(parseResponseSubject(subject), { tier: tierOf(to), host, status });
      const ofHost = to === hostAddress(tierOf(to), hostName(host));
      const ofGroup = to.endsWith(".all") || to.split(".").length > 3;
      assert.is(matches(responseFilter(to), subject), ofHost || ofGroup);
    }),
    { numRuns: 1000 },
  );
});

test("what is no stored subject is undefined", () => {
  const requests = [
    "hd.req.alice",
    "hd.req.alice.prod",
    "hd.req..prod.web1",
    "hd.req.a b.prod.web1",
    "hd.req.*.prod.web1",
  ];
  const near = [
    "hd.res.alice.prod.web1",
    "HD.req.alice.prod.web1",
    "x.hd.req.alice.prod.web1",
    "hd.req.-x.prod.web1",
    "hd.req",
  ];
  const builds = ["hd.req.alice.build.repo.x", "hd.req.alice.responses.x", "hd.req.alice.discover.x"];
  for (const subject of [...requests, ...near, ...builds]) assert.is(parseRequestSubject(subject), undefined, subject);
  const short = ["hd.res", "hd.res.prod", "hd.res.prod.web1", "hd.res.prod.web1.done", "hd.res.prod.web1.failed.x"];
  const odd = [
    "hd.res.prod.all.failed",
    "hd.res.build.web1.failed",
    "hd.res.prod.*.failed",
    "hd.req.prod.web1.failed",
    "",
  ];
  for (const subject of [...short, ...odd]) assert.is(parseResponseSubject(subject), undefined, subject);
});

test("no text becomes an address with a wildcard, a blank or a foreign root (10,000)", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.array(anyText).map((parts) => parts.join("/")),
      ),
      (typed) => {
        const parsed = parseTarget(typed);
        if (isRight(parsed)) assert.match(parsed.right, /^deploy(?:\.[A-Za-z0-9_-]{1,63}){2,7}$/);
        const stored = parseRequestSubject(typed);
        if (stored !== undefined) assert.is(requestSubject(stored.requester, stored.address), typed);
      },
    ),
    { numRuns: 10_000 },
  );
});

test.run();
