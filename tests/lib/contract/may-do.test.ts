/** What each role of hd comes to in words, and what permissions of other hands come to. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress } from "../../../lib/contract/address.ts";
import { abilitiesOf, abilityWords, otherNames } from "../../../lib/contract/may-do.ts";
import { unnamed } from "../../../lib/contract/names.ts";
import { type Identity, permissionsOf } from "../../../lib/contract/permissions.ts";
import type { Limits } from "../../../lib/contract/subject-rules.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";

const test = suite("lib/contract/may-do");

const alice = requester("alice");
const [prod, lab] = [tier("prod"), tier("test")];
const web1 = hostName("web1");

const limitsOf = (identity: Identity): Limits => {
  const { publish, denyPublish = [], subscribe } = permissionsOf(identity);
  return { publish: { allow: publish, deny: denyPublish }, subscribe: { allow: subscribe, deny: [] } };
};

const wordsOf = (limits: Limits, name = alice): readonly string[] => abilityWords(abilitiesOf(limits, name));

const publishing = (allow: readonly string[], deny: readonly string[] = []): Limits => ({
  publish: { allow, deny },
  subscribe: { allow: undefined, deny: [] },
});

test("each role", () => {
  const addresses = [hostAddress(prod, web1), allAddress(prod)];
  const roles: readonly (readonly [Identity, readonly string[]])[] = [
    [
      { kind: "deployer", requester: alice, tiers: [lab, prod] },
      [
        "deploy in prod, test",
        "wish for what a person has to approve",
        "approve wishes in prod, test",
        "ask for builds",
        "read the log",
        "silence and acknowledge alerts",
      ],
    ],
    [
      { kind: "deployer", requester: alice, tiers: [lab, prod], overridesFreeze: true },
      [
        "deploy in prod, test",
        "deploy in spite of a freeze in prod, test",
        "wish for what a person has to approve",
        "approve wishes in prod, test",
        "ask for builds",
        "read the log",
        "silence and acknowledge alerts",
      ],
    ],
    [
      { kind: "deployer", requester: unnamed, tiers: [lab] },
      ["deploy in test", "approve wishes in test", "ask for builds", "read the log"],
    ],
    [{ kind: "auditor", requester: alice }, ["read the log"]],
    [{ kind: "alerter", requester: alice }, ["read the log", "take what people are told of"]],
    [{ kind: "builder", requester: alice }, ["take build requests"]],
    [{ kind: "provisioner", requester: alice }, ["make and change the log"]],
    [{ kind: "keeper", requester: alice }, ["keep the vault's copy"]],
    [{ kind: "host", hostname: web1, addresses }, ["take the work of web1", "answer for web1"]],
  ];
  for (const [identity, words] of roles) {
    const name = identity.kind === "host" ? requester("web1") : identity.requester;
    assert.equal(wordsOf(limitsOf(identity), name), words, identity.kind);
    assert.ok(abilitiesOf(limitsOf(identity), name).hearsReplies, identity.kind);
  }
});

test("a key by another name may nothing in this one, and that is told", () => {
  const bobs = limitsOf({ kind: "deployer", requester: requester("bob"), tiers: [lab] });
  const may = abilitiesOf(bobs, alice);
  assert.equal(may.asksIn, []);
  assert.not.ok(may.hearsReplies);
  assert.is(otherNames(may), "bob");
  assert.is(otherNames(abilitiesOf(bobs, requester("bob"))), undefined);
});

test("wildcards are every tier, host and name", () => {
  const everywhere = ["deploy in every tier", "deploy in spite of a freeze in every tier"];
  assert.equal(wordsOf(publishing(["hd.req.alice.>"])), [...everywhere, "ask for builds"]);
  assert.equal(wordsOf(publishing(["hd.req.*.*.>"])), [
    ...everywhere,
    "deploy in the name of anyone",
    "ask for builds",
  ]);
  assert.equal(wordsOf(publishing(["hd.res.>"])), ["answer for every host"]);
  assert.equal(wordsOf(publishing(["hd.api.>"])), [
    "read the log",
    "take the work of every host",
    "take what people are told of",
    "take build requests",
  ]);
});

test("what is denied does not count, nor what is allowed in part", () => {
  const denied = publishing(["hd.req.alice.test.>", "hd.req.alice.prod.>"], ["hd.req.alice.prod.>"]);
  assert.equal(wordsOf(denied), ["deploy in test", "deploy in spite of a freeze in test"]);
  const inPart = publishing(["hd.req.alice.test.>"], ["hd.req.alice.test.web1.override"]);
  assert.equal(wordsOf(inPart), ["deploy in test"]);
  assert.equal(wordsOf(publishing(["hd.req.alice.prod.web1"])), []);
  assert.equal(wordsOf(publishing([])), []);
  assert.equal(wordsOf(publishing(["hd.req", "..", "hd.req.alice.a b.>", ""])), []);
});

test.run();
