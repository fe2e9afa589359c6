/** Signatures are verified as the nkeys library verifies them, and a key that is not a user's is no key. */
import { createAccount, createUser } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type PublicKey, parseSignature, signedBytes } from "../../../lib/contract/signature.ts";
import { signatureOf } from "../../../lib/nats/signer.ts";
import { isUserKey, verifier } from "../../../lib/nats/verify.ts";
import { rightOf } from "../../support/either.ts";
import { noonMs } from "../../support/fixtures.ts";
import { newSigner } from "../../support/signing.ts";

const test = suite("lib/nats/verify");

test("the key of a user, with its checksum", () => {
  for (let round = 0; round < 20; round++) assert.ok(isUserKey(createUser().getPublicKey() as PublicKey));
  const key = createUser().getPublicKey();
  const flipped = `${key.slice(0, 30)}${key[30] === "A" ? "B" : "A"}${key.slice(31)}`;
  const wrong = ["", "U", flipped, key.slice(0, -1), `${key}A`, key.toLowerCase(), createAccount().getPublicKey()];
  for (const other of wrong) assert.not.ok(isUserKey(other as PublicKey), other);
});

test("good for the library's signature over the same text, and for nothing else", () => {
  const verify = verifier();
  for (let round = 0; round < 20; round++) {
    const pair = createUser();
    const publicKey = pair.getPublicKey() as PublicKey;
    const sign = (text: string) => Buffer.from(pair.sign(signedBytes(text))).toString("base64url");
    const signature = { publicKey, at: "", value: sign("höchst wichtig") };
    assert.ok(verify(signature, "höchst wichtig"));
    assert.not.ok(verify(signature, "hochst wichtig"));
    assert.not.ok(verify({ ...signature, publicKey: newSigner().publicKey }, "höchst wichtig"));
    assert.not.ok(verify({ ...signature, value: "" }, "höchst wichtig"));
    // What a server has a client sign when it logs in.
    const challenge = pair.sign(new TextEncoder().encode("höchst wichtig"));
    assert.not.ok(verify({ ...signature, value: Buffer.from(challenge).toString("base64url") }, "höchst wichtig"));
  }
});

test("a record is signed for its subject, its id and its moment", () => {
  const key = newSigner();
  const header = signatureOf(key, { subject: "hd.req.alice.prod.web1", msgId: "req-1", body: "{}" }, noonMs) ?? "";
  const signature = rightOf(parseSignature(header));
  assert.equal([signature.publicKey, signature.at], [key.publicKey, "2026-01-31T12:00:00.000Z"]);
  assert.ok(verifier()(signature, "hd-signature-1\nhd.req.alice.prod.web1\nreq-1\n2026-01-31T12:00:00.000Z\n{}"));
});

test("what cannot be told from another record is not signed", () => {
  assert.is(signatureOf(newSigner(), { subject: "a", msgId: "req-1\n2", body: "" }, noonMs), undefined);
});

test.run();
