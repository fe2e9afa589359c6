/** The header of a signature is read back as it was written and in no other form, and no two records are signed alike. */
import fc from "fast-check";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { formatSignature, parseSignature, type Signature, signedText } from "../../../lib/contract/signature.ts";
import { instant } from "../../../lib/contract/values.ts";
import { leftOf } from "../../support/either.ts";
import { noonMs } from "../../support/fixtures.ts";
import { newSigner } from "../../support/signing.ts";

const test = suite("lib/contract/signature");

const { publicKey } = newSigner();
const value = Buffer.alloc(64, 7).toString("base64url");
const signature: Signature = { publicKey, at: instant(noonMs), value };
const header = formatSignature(signature);

test("four words, which are read back as they were written", () => {
  assert.is(header, `ed25519 ${publicKey} 2026-01-31T12:00:00.000Z ${value}`);
  assert.equal(parseSignature(header), right(signature));
});

test("any other form is refused, with the word that is wrong", () => {
  const change = (from: string, to: string): string => header.replace(from, to);
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["", /four words/],
    [`${header} `, /four words/],
    [` ${header}`, /four words/],
    [change(" ", "  "), /four words/],
    [header.split(" ").slice(0, 3).join(" "), /four words/],
    [`${header} more`, /four words/],
    [change("ed25519", "ED25519"), /of the kind ed25519/],
    [change("ed25519", "rsa"), /of the kind ed25519/],
    [change(publicKey, publicKey.toLowerCase()), /second word/],
    [change(publicKey, `A${publicKey.slice(1)}`), /second word/],
    [change(publicKey, `${publicKey}A`), /second word/],
    [change(".000Z", "Z"), /third word/],
    // With what is before it: a key may end in Z, too.
    [change("000Z ", "000+00:00 "), /third word/],
    [change("2026-01-31", "2026-13-31"), /third word/],
    [change("2026-01-31", "20260131"), /third word/],
    [change(value, `${value}==`), /fourth word/],
    [change(value, value.slice(0, -1)), /fourth word/],
    // The same bytes by a decoder that is not strict: the last bits are not zero.
    [change(value, `${value.slice(0, -1)}x`), /fourth word/],
    [change(value, `+${value.slice(1)}`), /fourth word/],
  ];
  for (const [text, why] of wrong) assert.match(leftOf(parseSignature(text)), why, text);
});

test("no text at all throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => parseSignature(text)._tag === "Left"),
    { numRuns: 500 },
  );
});

test("the lines of what is signed", () => {
  const text = signedText({ subject: "hd.req.a.b.c", msgId: "id", body: "one\ntwo" }, "now");
  assert.is(text, "hd-signature-1\nhd.req.a.b.c\nid\nnow\none\ntwo");
});

test("two records are never the same text, and one that could be taken for another has none", () => {
  const word = fc.string({ unit: fc.constantFrom("a", ".", "\n", "{", "é"), maxLength: 4 });
  const record = fc.record({ subject: word, msgId: word, body: word });
  const signable = fc.tuple(record, word);
  fc.assert(
    fc.property(signable, signable, ([one, oneAt], [other, otherAt]) => {
      const [text, otherText] = [signedText(one, oneAt), signedText(other, otherAt)];
      if ([one.subject, one.msgId, oneAt].some((line) => line.includes("\n"))) assert.is(text, undefined);
      const same = JSON.stringify([one, oneAt]) === JSON.stringify([other, otherAt]);
      if (text !== undefined && otherText !== undefined) assert.is(text === otherText, same);
    }),
    { numRuns: 2000 },
  );
});

test.run();
