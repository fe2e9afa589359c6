/**
 * The signature of a record, which stands in a header so that the body stays the plain contract: `ed25519 <public key>
 * <instant> <signature>`. What is signed names the form, the subject, the message id and the instant before the body, each
 * on a line of its own; none of them may hold a line feed, or two records could come to the same bytes.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Codec, read, type Text, text } from "./codec.ts";

export const signatureHeader = "Hd-Signature";

/** Of an NKey user: who is behind it, a list of trusted keys says. Its checksum is checked by who computes with it. */
export type PublicKey = Text<"PublicKey">;
export const PublicKey: Codec<PublicKey> = text("PublicKey", {
  pattern: /^U[A-Z2-7]{55}$/,
  maxLength: 56,
  sentence: "the public NKey of a user, 56 characters that begin with U",
});

/** Only the one form that `instant` writes, so that nobody can write the same moment in two ways. */
const SignedAt = text("SignedAt", {
  pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/,
  maxLength: 24,
  sentence: "an instant in UTC with milliseconds",
});

/** 64 bytes take 86 characters, the last of which carries two bits only. */
const SignatureText = text("SignatureText", {
  pattern: /^[A-Za-z0-9_-]{85}[AQgw]$/,
  maxLength: 86,
  sentence: "64 bytes in base64url without padding",
});

export interface Signature {
  readonly publicKey: PublicKey;
  /** When it was signed, by the signer's clock. */
  readonly at: string;
  /** 64 bytes in base64url. */
  readonly value: string;
}

export const formatSignature = ({ publicKey, at, value }: Signature): string => `ed25519 ${publicKey} ${at} ${value}`;

/** Left: what of the header is wrong, as a clause. */
export const parseSignature = (header: string): Either<string, Signature> => {
  const [algorithm, key, signedAt, signed, ...more] = header.split(" ");
  if (signed === undefined || more.length > 0) return left("it is not four words with one space between them");
  if (algorithm !== "ed25519") return left("it is not of the kind ed25519");
  const [publicKey, at, value] = [read(PublicKey, key), read(SignedAt, signedAt), read(SignatureText, signed)];
  if (publicKey === undefined) return left(`its second word is not ${PublicKey.sentence}`);
  if (at === undefined || Number.isNaN(Date.parse(at))) return left(`its third word is not ${SignedAt.sentence}`);
  if (value === undefined) return left(`its fourth word is not ${SignatureText.sentence}`);
  return right({ publicKey, at, value });
};

export interface Signable {
  readonly subject: string;
  readonly msgId: string;
  readonly body: string;
}

/**
 * The bytes that are signed. The first is none that UTF-8 has: the challenge that a server has a client sign when it logs in
 * comes to the client as text, so no server can pass a record off as one.
 */
export const signedBytes = (text: string): Uint8Array => {
  const utf8 = new TextEncoder().encode(text);
  const bytes = new Uint8Array(utf8.length + 1);
  bytes[0] = 0xff;
  bytes.set(utf8, 1);
  return bytes;
};

/** What is signed, as text; `undefined` for a record that cannot be told from another by it. */
export const signedText = ({ subject, msgId, body }: Signable, at: string): string | undefined => {
  const lines = ["hd-signature-1", subject, msgId, at];
  return lines.some((line) => line.includes("\n")) ? undefined : [...lines, body].join("\n");
};
