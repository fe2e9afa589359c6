/** The routes as values: what the original protocol sent must pass, and what a newer peer sends must not break us. */
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { HostInfo } from "../../../lib/contract/host-info.ts";
import { buildBody } from "../../../lib/contract/routes/build.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { discover } from "../../../lib/contract/routes/discover.ts";
import { builderRoutes, routes } from "../../../lib/contract/routes/index.ts";

const test = suite("lib/contract/routes");

const original = { hostname: "web1", status: "completed", error: null, message: "done" };
const why = (value: unknown): readonly string[] => {
  const decoded = deploy.input.lenient(value);
  return isLeft(decoded) ? decoded.left : [];
};

/** What a request that says nothing of it asks for. */
const defaults = { rollback: true, tolerate_units: [] };

test("a request of the original protocol is valid, with or without an action", () => {
  const request = { action: "boot", revision: "main", reply_to: "deploy.responses.0b5b" };
  assert.equal(deploy.input.lenient(request), { _tag: "Right", right: { ...request, ...defaults } });
  assert.equal(deploy.input.lenient({ revision: "main" }), {
    _tag: "Right",
    right: { action: "switch", revision: "main", ...defaults },
  });
});

test("a request of a newer peer is valid: what we do not know is ignored", () => {
  const newer = deploy.input.lenient({ revision: "main", priority: 9, notify: { by: "mail" } });
  assert.equal(newer, { _tag: "Right", right: { action: "switch", revision: "main", ...defaults } });
  assert.is(isLeft(deploy.input.strict({ revision: "main", priority: 9 })), true);
});

test("bad requests, each with its reason", () => {
  assert.match(why({})[0] ?? "", "revision: is missing; must be a branch, tag or commit");
  assert.match(why({ revision: "--option" })[0] ?? "", "revision: must be a branch, tag or commit");
  assert.equal(why({ revision: "main", action: "rollback" }), [
    "action: must be one of switch, boot, test, dry-activate",
  ]);
  assert.equal(why({ revision: "main", reply_to: "hd.req.a.b.c" }), ["reply_to: must be deploy.responses.<token>"]);
  assert.is(
    why({ revision: 1, action: null, reply_to: [], id: {}, reason: 0, expires_at: "soon", if_current: "/" }).length,
    7,
  );
});

test("a build may call its revision a branch, as the original tool does, unless it says revision as well", () => {
  assert.equal(buildBody({ branch: "main" }), { _tag: "Right", right: { revision: "main" } });
  assert.equal(buildBody({ branch: "main", revision: "v1" }), { _tag: "Right", right: { revision: "v1" } });
  for (const body of [{}, { branch: "--option" }, { branch: 1 }, [], null, "main"])
    assert.is(isLeft(buildBody(body)), true);
});

test("a response of the original protocol is valid, as is one of a newer peer", () => {
  assert.is(isRight(DeployEvent.strict(original)), true);
  assert.is(isRight(DeployEvent.lenient({ ...original, error: "a_newer_code", verdict: {} })), true);
  assert.is(isRight(HostInfo.strict({ hostname: "web1", tier: "prod", deploy_subjects: ["deploy.prod.web1"] })), true);
});

test("a response must say what happened to whom", () => {
  for (const key of Object.keys(original))
    assert.is(isLeft(DeployEvent.lenient({ ...original, [key]: undefined })), true, key);
  assert.is(isLeft(DeployEvent.lenient({ ...original, status: "cancelled" })), true);
  assert.is(isLeft(DeployEvent.lenient({ ...original, message: "\u001b[2J" })), true);
});

test("discovery needs nothing but an object", () => {
  assert.is(isRight(discover.input.lenient({})), true);
  assert.is(isLeft(discover.input.lenient({ reply_to: "_INBOX.x" })), true);
});

test("names, addresses and effects", () => {
  assert.equal(
    [...routes, ...builderRoutes].map(({ name, carrier, effect }) => [name, carrier, effect]),
    [
      ["deploy", "log", "destructive"],
      ["cancel", "log", "destructive"],
      ["freeze", "log", "destructive"],
      ["unfreeze", "log", "destructive"],
      ["discover", "live", "read"],
      ["build", "log", "read"],
    ],
  );
  assert.equal(deploy.address, ["deploy.<tier>.<hostname>", "deploy.<tier>.all", "deploy.<tier>.role.<role>"]);
  assert.equal(discover.address, ["deploy.discover"]);
  for (const { summary } of [...routes, ...builderRoutes]) assert.match(summary, /^[A-Z][^.]*[^.]$/);
});

test("every field has a sentence for whoever reads help, schema or docs", () => {
  for (const { input, output } of [...routes, ...builderRoutes]) {
    for (const [key, { sentence }] of Object.entries({ ...input.fields, ...output.fields })) {
      assert.match(sentence, /^[a-z][^.]*[^.]$/, key);
    }
  }
});

test.run();
