/** A good signature is that of the name in the subject, over exactly this record: whatever byte is altered, it is refused. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { verifyRecord } from "../../../lib/contract/verify-record.ts";
import { signatureOf } from "../../../lib/nats/signer.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import { leftOf, rightOf } from "../../support/either.ts";
import { noonMs } from "../../support/fixtures.ts";
import { newSigner, signedBy, trustedBy, trusting } from "../../support/signing.ts";

const test = suite("lib/contract/verify-record");

const [alice, bob, host] = [newSigner(), newSigner(), newSigner()];
const trusted = trustedBy(
  trusting(
    { name: "alice", keys: [alice.publicKey] },
    { name: "bob", keys: [bob.publicKey] },
    { name: "web1", keys: [host.publicKey] },
  ),
);
const verify = verifier();
const asked = signedBy(alice);

test("a request by the requester's key", () => {
  const { owner, signedAtMs } = rightOf(verifyRecord(asked, trusted, verify));
  assert.equal([owner.name, signedAtMs], ["alice", noonMs]);
});

test("a response by the host's key, and by no other", () => {
  const record = { subject: "hd.res.prod.web1.completed", msgId: "req-1:web1:4", body: "{}" };
  const signed = (key: typeof host) => ({ ...record, signature: signatureOf(key, record, noonMs) });
  assert.is(rightOf(verifyRecord(signed(host), trusted, verify)).owner.name, "web1");
  assert.match(leftOf(verifyRecord(signed(alice), trusted, verify)), /that of alice, and its subject says web1/);
});

test("what is not signed, or not by someone who is known, or in another name", () => {
  const refused = (changes: object): string => leftOf(verifyRecord({ ...asked, ...changes }, trusted, verify));
  assert.match(refused({ signature: undefined }), /^it is not signed$/);
  assert.match(refused({ signature: "ed25519" }), /^its signature cannot be read: it is not four words/);
  assert.match(refused({ signature: signedBy(newSigner()).signature }), /^its key U\w+ is not trusted here$/);
  assert.match(refused({ signature: signedBy(bob).signature }), /^its key is that of bob, and its subject says alice$/);
  assert.match(refused({ msgId: undefined }), /^its signature is not good/);
  assert.match(refused({ subject: "deploy.prod.web1" }), /its subject says no name$/);
});

/** Something else in place of one character. */
const altered = (text: string) =>
  fc
    .tuple(fc.nat({ max: text.length - 1 }), fc.constantFrom("0", "a", "Z", ".", " ", "\n", "_"))
    .map(([at, letter]) => text.slice(0, at) + letter + text.slice(at + 1))
    .filter((other) => other !== text);

test("any altered character of subject, id, body or header is refused", () => {
  const fields = ["subject", "msgId", "body", "signature"] as const;
  const change = fc
    .constantFrom(...fields)
    .chain((field) => altered(asked[field] ?? "").map((to) => ({ [field]: to })));
  fc.assert(
    fc.property(change, (changes) => verifyRecord({ ...asked, ...changes }, trusted, verify)._tag === "Left"),
    { numRuns: 1000 },
  );
});

test("what is added to the body, or taken from it, is refused", () => {
  for (const body of [`${asked.body} `, ` ${asked.body}`, asked.body.slice(1), asked.body.slice(0, -1), ""])
    assert.is(verifyRecord({ ...asked, body }, trusted, verify)._tag, "Left", body);
});

test("a signature is for one time: the same with another instant is refused", () => {
  const later = signedBy(alice, { atMs: noonMs + 1 }).signature?.split(" ")[2] ?? "";
  const [kind, key, , value] = asked.signature?.split(" ") ?? [];
  const signature = [kind, key, later, value].join(" ");
  assert.match(leftOf(verifyRecord({ ...asked, signature }, trusted, verify)), /time or body was altered/);
});

test.run();
