/** Subjects of builds, made and taken apart: what goes round comes back the same, and nothing of a deployment passes for one. */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseRequestSubject, parseResponseSubject } from "../../../lib/contract/address.ts";
import {
  type BuildAddress,
  buildHost,
  buildRequestSubject,
  buildResponseSubject,
  buildSubject,
  parseBuild,
  parseBuildRequest,
  parseBuildResponse,
  shortBuild,
} from "../../../lib/contract/build-address.ts";
import { BuildTarget, Repo } from "../../../lib/contract/names.ts";
import { BuildStatus } from "../../../lib/contract/values.ts";
import { anyName, anyText } from "../../support/arbitraries.ts";
import { fit, requester } from "../../support/fixtures.ts";

const test = suite("lib/contract/build-address");

const anyBuild: fc.Arbitrary<BuildAddress> = fc
  .tuple(anyName, fc.oneof(anyName, fc.constant("all")))
  .filter(([, target]) => target !== "role")
  .map(([repo, target]) => ({ repo: fit(Repo, repo), target: fit(BuildTarget, target) }));

const typed = (text: string): string => {
  const parsed = parseBuild(text);
  return isLeft(parsed) ? `refused: ${parsed.left}` : buildSubject(parsed.right);
};

test("subject, short form and stored subject name the same build (1,000)", () => {
  fc.assert(
    fc.property(anyBuild, anyName, (address, who) => {
      assert.is(typed(shortBuild(address)), buildSubject(address));
      assert.is(typed(buildSubject(address)), buildSubject(address));
      const stored = buildRequestSubject(requester(who), address);
      assert.equal(parseBuildRequest(stored), { requester: who, ...address });
      assert.is(parseRequestSubject(stored), undefined, "a build is no deployment");
      assert.is(buildHost(address), address.target === "all" ? undefined : address.target);
    }),
    { numRuns: 1000 },
  );
});

test("what a builder says stands under its name and is no host's (1,000)", () => {
  const statuses = ["accepted", "rejected", "started", "completed", "failed"] as const;
  fc.assert(
    fc.property(anyName, fc.constantFrom(...statuses), (builder, status) => {
      const subject = buildResponseSubject(requester(builder), status);
      assert.equal(parseBuildResponse(subject), { builder, status: fit(BuildStatus, status) });
      assert.is(parseResponseSubject(subject), undefined);
    }),
    { numRuns: 1000 },
  );
});

test("what is no build is refused with what can be written", () => {
  const incomplete = [
    "",
    "nixos",
    "nixos/",
    "/web1",
    "nixos//web1",
    "nixos/web1/x",
    "build",
    "build.nixos",
    "nixos/role",
  ];
  const hostile = ["nixos/*", "*/all", "nixos/>", "../x", "--option/x", "nixos/we b", "nixos/web1\n", 'x/"; rm -rf /'];
  for (const text of [...incomplete, ...hostile])
    assert.match(typed(text), /^refused: .* is nothing to build; write .* such as nixos\/web1/s, text);
});

test("parsing is total, and takes nothing else (2,000)", () => {
  const others = [
    "hd.req.a.prod.web1",
    "hd.req.a.build.n",
    "hd.req.a.build.n.t.x",
    "hd.req.*.build.n.all",
    "hd.res.build.b.x",
  ];
  for (const subject of [
    ...others,
    "hd.res.build.b.applied",
    "hd.res.build.b",
    "hd.res.build.b.failed.x",
    "hd.ask.a.build.n.all",
  ]) {
    assert.is(parseBuildRequest(subject), undefined, subject);
    assert.is(parseBuildResponse(subject), undefined, subject);
  }
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        anyText.map((text) => `hd.req.${text}`),
        anyText.map((text) => `hd.res.build.${text}`),
      ),
      (text) => {
        const [request, response] = [parseBuildRequest(text), parseBuildResponse(text)];
        if (request !== undefined) assert.is(buildRequestSubject(request.requester, request), text);
        if (response !== undefined) assert.is(buildResponseSubject(response.builder, response.status), text);
        parseBuild(text);
      },
    ),
    { numRuns: 2000 },
  );
});

test.run();
