/** What a host holds against a request although its signature is good: its tier, its action, its time, its id. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { againstClaim, claimOf } from "../../../lib/contract/signed-request.ts";
import { instant } from "../../../lib/contract/values.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import { leftOf, rightOf } from "../../support/either.ts";
import { noonMs, tier } from "../../support/fixtures.ts";
import { bodyOf, newSigner, type Signing, signedBy, trustedBy, trusting } from "../../support/signing.ts";

const test = suite("lib/contract/signed-request");

const alice = newSigner();
const trusted = trustedBy(
  trusting({ name: "alice", keys: [alice.publicKey], tiers: ["prod", "lab"], actions: ["switch", "boot"] }),
);
const claim = (changes: Partial<Signing> = {}) => claimOf(signedBy(alice, changes), trusted, verifier());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** What a host of the tier prod says at that time. */
const against = (changes: Partial<Signing> = {}, nowMs = noonMs, hostTier = "prod"): string | undefined => {
  const asked = signedBy(alice, changes);
  const found = rightOf(claimOf(asked, trusted, verifier()));
  if (found === undefined) throw new Error("not a request");
  return againstClaim(found, { address: asked.address, tier: tier(hostTier), nowMs });
};

test("what the key may ask for, now, has nothing against it", () => {
  assert.is(against(), undefined);
  assert.is(against({ body: bodyOf({ action: "boot" }) }), undefined);
});

test("without a name nobody can have signed", () => {
  const unnamed = signedBy(alice, { subject: "hd.req.unnamed.prod.web1" });
  assert.match(leftOf(claimOf(unnamed, trusted, verifier())), /came without a name/);
});

test("the id of the body is that of the message", () => {
  assert.match(leftOf(claim({ msgId: "req-2" })), /does not have the id of its message/);
  assert.match(leftOf(claim({ body: JSON.stringify({ revision: "main" }) })), /does not have the id/);
});

test("of what is no request there is no claim, however good its signature", () => {
  for (const body of ["", "not JSON", "[]", "{}", '{"id":"req-1","revision":"--x"}'])
    assert.is(rightOf(claim({ body })), undefined, body);
});

test("a tier beyond the key, of the address or of the host", () => {
  assert.match(against({ subject: "hd.req.alice.test.web1" }) ?? "", /may not ask in the tier test/);
  assert.match(against({ subject: "hd.req.alice.lab.web1" }, noonMs, "test") ?? "", /may not ask in the tier test/);
  assert.is(against({ subject: "hd.req.alice.lab.web1" }), undefined);
});

test("an action beyond the key, also the one that a request has by itself", () => {
  assert.match(against({ body: bodyOf({ action: "test" }) }) ?? "", /may not ask for test/);
  const bootOnly = trustedBy(trusting({ name: "alice", keys: [alice.publicKey], tiers: ["prod"], actions: ["boot"] }));
  const asked = signedBy(alice);
  const found = rightOf(claimOf(asked, bootOnly, verifier()));
  if (found === undefined) throw new Error("not a request");
  assert.match(
    againstClaim(found, { address: asked.address, tier: tier("prod"), nowMs: noonMs }) ?? "",
    /may not ask for switch/,
  );
});

test("without an expiry it is valid for a quarter of an hour", () => {
  assert.is(against({}, noonMs + 15 * minuteMs), undefined);
  assert.match(against({}, noonMs + 15 * minuteMs + 1) ?? "", /out of date: it was valid until 2026-01-31T12:15:00/);
});

test("with an expiry it is valid until then, which is at most seven days away", () => {
  const until = (atMs: number) => ({ body: bodyOf({ expires_at: instant(atMs) }) });
  assert.is(against(until(noonMs + dayMs), noonMs + dayMs), undefined);
  assert.match(against(until(noonMs + dayMs), noonMs + dayMs + 1) ?? "", /out of date/);
  assert.match(against(until(noonMs - 1)) ?? "", /out of date/);
  assert.is(against(until(noonMs + 7 * dayMs)), undefined);
  assert.match(against(until(noonMs + 7 * dayMs + 1)) ?? "", /more than seven days/);
});

const control = (verb: string, fields: object = {}) => ({
  subject: `hd.req.alice.prod.web1.${verb}`,
  body: JSON.stringify({ id: "req-1", reason: "because", request: "req-0", revision: "main", ...fields }),
});

test("a freeze and its end are for hosts that are away: they are valid for a week; a cancel is like a deployment", () => {
  for (const verb of ["freeze", "unfreeze"]) {
    assert.is(against(control(verb), noonMs + 7 * dayMs), undefined);
    assert.match(against(control(verb), noonMs + 7 * dayMs + 1) ?? "", /out of date/);
  }
  assert.is(against(control("cancel"), noonMs + 15 * minuteMs), undefined);
  assert.match(against(control("cancel"), noonMs + 15 * minuteMs + 1) ?? "", /out of date/);
  const later = { expires_at: instant(noonMs + dayMs) };
  assert.is(against(control("cancel", later), noonMs + dayMs), undefined);
});

test("control needs the tier and no action; an override needs that the key may", () => {
  for (const verb of ["cancel", "freeze", "unfreeze"]) {
    assert.is(against(control(verb)), undefined);
    assert.is(rightOf(claim(control(verb)))?.action, undefined);
    const elsewhere = { ...control(verb), subject: `hd.req.alice.test.web1.${verb}` };
    assert.match(against(elsewhere) ?? "", /may not ask in the tier test/);
  }
  assert.match(against(control("override")) ?? "", /may not deploy in spite of a freeze/);
  assert.match(against(control("override", { action: "test" })) ?? "", /may not ask for test/);
  const owner = { name: "alice", keys: [alice.publicKey], tiers: ["prod"], actions: ["switch"], override_freeze: true };
  const asked = signedBy(alice, control("override"));
  const found = rightOf(claimOf(asked, trustedBy(trusting(owner)), verifier()));
  assert.ok(found);
  assert.is(againstClaim(found, { address: asked.address, tier: tier("prod"), nowMs: noonMs }), undefined);
});

test("what fits another verb is no request here", () => {
  const body = JSON.stringify({ id: "req-1", revision: "main" });
  for (const verb of ["cancel", "freeze"])
    assert.is(rightOf(claim({ subject: `hd.req.alice.prod.web1.${verb}`, body })), undefined, verb);
});

test("the clock of the signer may be two minutes ahead of the host's", () => {
  assert.is(against({}, noonMs - 2 * minuteMs), undefined);
  assert.match(against({}, noonMs - 2 * minuteMs - 1) ?? "", /set the clocks right/);
});

test.run();
