/**
 * Reads the file that holds an identity's secret: the seed of an NKey user. No message may ever hold what the file holds,
 * and what a parser says of a seed may quote it.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { chainEitherK, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Authenticator } from "nats";
import { type FileKind, ownFile, type Unusable, unusable } from "../files/own-file.ts";
import { type UserKey, userKey } from "./user-key.ts";

export interface SeedFile extends UserKey {
  readonly authenticator: Authenticator;
}

const kind: FileKind = {
  what: "The key file",
  instead: "Name the file that holds the NKey seed of this identity.",
  secret: true,
};
const rewrite = "Write the seed of an NKey user there, one line that begins with SU.";

/** As nats-server makes them: random bytes in base64. */
const challenge = /^[A-Za-z0-9_+/=-]{1,128}$/;

/**
 * The signature of the challenge with which a server greets; one that asks for no key sends none. Whatever else a server wants
 * signed is not signed, and then it refuses the login.
 */
export const signatureOf = ({ sign }: UserKey, nonce: string | undefined): string =>
  nonce !== undefined && challenge.test(nonce)
    ? Buffer.from(sign(new TextEncoder().encode(nonce))).toString("base64url")
    : "";

const authenticatorOf =
  (key: UserKey): Authenticator =>
  (nonce) => ({ nkey: key.publicKey, sig: signatureOf(key, nonce) });

const parse =
  (path: string) =>
  (text: string): Either<Unusable, SeedFile> => {
    const seed = text.trim();
    if (seed === "") return left(unusable(kind, path, "is empty", rewrite));
    if (/^S[A-TV-Z]/.test(seed))
      return left(unusable(kind, path, "holds the seed of another kind than a user", rewrite));
    try {
      const key = userKey(seed);
      return right({ ...key, authenticator: authenticatorOf(key) });
    } catch {
      // What the parser says may quote the seed.
      return left(unusable(kind, path, "does not hold an NKey seed", rewrite));
    }
  };

export const seedFile = (path: string, env: NodeJS.ProcessEnv = process.env): TaskEither<Unusable, SeedFile> =>
  chainEitherK(parse(path))(ownFile(kind, path, env));
