/**
 * Whose bearer tokens are good over HTTP, and for what. The file has no token in it, only hashes; who could change it could let
 * himself in, so it is read like a key. A token is 32 random bytes, not a word of a person, hence a plain hash is enough.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { choice, text } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Requester } from "../../lib/contract/names.ts";
import { type Decoded, required, struct } from "../../lib/contract/struct.ts";
import { scopes } from "./allowance.ts";

const Token = struct("token", {
  name: required(Requester, "whose it is, for the log"),
  sha256: required(
    text("Sha256", { pattern: /^[0-9a-f]{64}$/, maxLength: 64, sentence: "the SHA-256 of the token, 64 hex digits" }),
    "the hash of the token",
  ),
  scope: required(choice("Scope", scopes), "what it is for: read, deploy (and read), admin (and all)"),
});
export type Token = Decoded<typeof Token.fields>;

const unfit = (file: string, why: string): Failure =>
  failure("unusable_key", `The tokens in ${file} cannot be used: ${why}. See docs/mcp.md for what stands in it.`);

const parsed = (content: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
};

/** `[{"name": "claude", "sha256": "…", "scope": "deploy"}]` */
export const tokensIn = (file: string, content: string): Either<Failure, readonly Token[]> => {
  const value = parsed(content);
  if (!Array.isArray(value) || value.length === 0) return left(unfit(file, "it is no list with a token in it"));
  const tokens = value.map((one: unknown) => Token.strict(one));
  const wrong = tokens.flatMap((one, n) => (isLeft(one) ? [`token ${n + 1}: ${one.left.join("; ")}`] : []));
  if (wrong.length > 0) return left(unfit(file, wrong.join(". ")));
  const good = tokens.flatMap((one) => (isLeft(one) ? [] : [one.right]));
  const twice = good.find(({ name, sha256 }, n) =>
    good.slice(0, n).some((other) => other.name === name || other.sha256 === sha256),
  );
  return twice === undefined ? right(good) : left(unfit(file, `${twice.name} stands in it twice`));
};

/** The token that a header names. The time that it takes tells nothing of how near it came. */
export const tokenOf = (tokens: readonly Token[], authorization: string | undefined): Token | undefined => {
  const given = /^Bearer +(\S{1,1000})$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) return undefined;
  const hash = createHash("sha256").update(given).digest();
  return tokens.find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, "hex"), hash));
};
