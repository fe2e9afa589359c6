/**
 * Reads a creds file: a user's JWT, and the seed of the key that it names, each between lines of dashes, as `nsc` writes
 * them. The JWT is judged by the server; here only what would fail there without a word is told. No message repeats either.
 */
import { bimap, type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { chainEitherK, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Authenticator } from "nats";
import { integer, text } from "../contract/codec.ts";
import { optional, required, struct } from "../contract/struct.ts";
import { type FileKind, ownFile, type Unusable, unusable } from "../files/own-file.ts";
import { signatureOf } from "./seed-file.ts";
import { type UserKey, userKey } from "./user-key.ts";

export interface CredsFile extends UserKey {
  readonly authenticator: Authenticator;
}

const kind: FileKind = {
  what: "The creds file",
  instead: "Name the file that `nsc generate creds` wrote for this user.",
  secret: true,
};
const again = "Write it again with `nsc generate creds`.";

const PublicKey = text("PublicKey", { pattern: /^U[A-Z2-7]{55}$/, maxLength: 56, sentence: "a user's public key" });

/** What hd looks at; times are seconds since the epoch. */
const claims = struct("Claims", {
  sub: required(PublicKey, "whose it is"),
  exp: optional(integer("Seconds", 0, 8_640_000_000_000), "when it ends"),
});

/** What stands between a line of dashes with this label and the next one. */
const blockOf = (whole: string, label: string): string | undefined =>
  new RegExp(`^-{3,} *BEGIN ${label} *-{3,}\\s+(\\S+)\\s+-{3,}`, "m").exec(whole)?.[1];

const claimsOf = (jwt: string) => {
  try {
    return claims.lenient(JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return left([]);
  }
};

const keyOf = (seed: string): UserKey | undefined => {
  try {
    return userKey(seed);
  } catch {
    // What the parser says may quote the seed.
    return undefined;
  }
};

interface Held {
  readonly jwt: string;
  readonly key: UserKey;
}

/** Left: what is wrong, as a clause. */
const held = (whole: string): Either<string, Held> => {
  const [jwt, seed] = [blockOf(whole, "NATS USER JWT"), blockOf(whole, "USER NKEY SEED")];
  if (jwt === undefined || seed === undefined) return left("does not hold a user's JWT and its NKey seed");
  const [claimed, key] = [claimsOf(jwt), keyOf(seed)];
  if (isLeft(claimed)) return left("holds a JWT that is not a user's");
  if (key === undefined) return left("holds a seed that is not an NKey user's");
  const { sub, exp = Number.POSITIVE_INFINITY } = claimed.right;
  if (sub !== key.publicKey) return left("holds the JWT of one user and the seed of another");
  return exp * 1_000 > Date.now()
    ? right({ jwt, key })
    : left(`ended on ${new Date(exp * 1_000).toISOString().slice(0, 10)}`);
};

const credsOf = ({ jwt, key }: Held): CredsFile => ({
  ...key,
  authenticator: (nonce) => ({ jwt, nkey: key.publicKey, sig: signatureOf(key, nonce) }),
});

export const credsFile = (path: string): TaskEither<Unusable, CredsFile> =>
  chainEitherK((whole: string) => bimap((why: string) => unusable(kind, path, why, again), credsOf)(held(whole)))(
    ownFile(kind, path),
  );
