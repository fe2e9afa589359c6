/**
 * From credentials to what the client shows a server. Secrets are read here, at the moment a connection is made, and live
 * on in the authenticator only.
 */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { chainEitherK, map, right as rightT, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Authenticator, tokenAuthenticator, usernamePasswordAuthenticator } from "nats";
import type { Credentials, SecretPlace } from "../contract/access.ts";
import { prose } from "../contract/codec.ts";
import { optional, struct } from "../contract/struct.ts";
import { type FileKind, ownFile, type Unusable, unusable } from "../files/own-file.ts";
import { type CredsFile, credsFile } from "./creds-file.ts";
import { type SeedFile, seedFile } from "./seed-file.ts";
import type { UserKey } from "./user-key.ts";

export interface Login {
  readonly authenticator: Authenticator;
  /** The public key or the user's name; a token has neither. */
  readonly as: string | undefined;
  /** Where there is one, what it can sign with. */
  readonly key?: UserKey;
}

const Secret = prose("Secret", 4096);

/** The fields of a context that are secrets; nobody but this file reads them. */
const secrets = struct("Secrets", {
  password: optional(Secret, "a user's password"),
  token: optional(Secret, "a token"),
});

const alone = (path: string, kind: FileKind) => (text: string) => {
  const secret = text.replace(/\r?\n$/, "");
  return secret === "" || /\n/.test(secret)
    ? left(unusable(kind, path, "does not hold a secret alone in one line", kind.instead))
    : right(secret);
};

const inField = (path: string, kind: FileKind, field: "password" | "token") => (text: string) => {
  const wrong = (why: string) => left(unusable(kind, path, why, "Write it again with `nats context add`."));
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return wrong("is not JSON");
  }
  const found = secrets.lenient(whole);
  // A user may have no password.
  return isLeft(found) ? wrong(`holds no ${field} that can be used`) : right(found.right[field] ?? "");
};

const secretAt = ({ file, field }: SecretPlace, what: "password" | "token"): TaskEither<Unusable, string> => {
  const instead = `Name a file of mode 0600 that holds the ${what}, alone in one line.`;
  const kind: FileKind =
    field === undefined
      ? { what: `The ${what} file`, instead, secret: true }
      : { what: "The context file", instead: "Choose another context.", secret: true };
  return chainEitherK(field === undefined ? alone(file, kind) : inField(file, kind, field))(ownFile(kind, file));
};

const ofKey = map(
  (file: SeedFile | CredsFile): Login => ({ authenticator: file.authenticator, as: file.publicKey, key: file }),
);

/** `undefined`: the client says nothing of who it is. */
export const loginOf = (credentials: Credentials | undefined): TaskEither<Unusable, Login | undefined> => {
  switch (credentials?.kind) {
    case undefined:
      return rightT(undefined);
    case "nkey":
      return ofKey(seedFile(credentials.file));
    case "creds":
      return ofKey(credsFile(credentials.file));
    case "token":
      return map((token: string) => ({ authenticator: tokenAuthenticator(token), as: undefined }))(
        secretAt(credentials.token, "token"),
      );
    case "password": {
      const { user, password } = credentials;
      return map((secret: string) => ({ authenticator: usernamePasswordAuthenticator(user, secret), as: user }))(
        secretAt(password, "password"),
      );
    }
  }
};
