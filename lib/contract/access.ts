/**
 * How NATS is reached: which servers, with which credentials, over which TLS. Secrets are named by where they stand and
 * never held, so that nothing that passes such a value on, prints it or compares it can give one away.
 */

/** Where a secret stands: alone in a file, or in one field of a JSON file, which a NATS context is. */
export interface SecretPlace {
  readonly file: string;
  readonly field?: "password" | "token" | undefined;
}

export type Credentials =
  /** A file with the seed of an NKey user. */
  | { readonly kind: "nkey"; readonly file: string }
  | { readonly kind: "password"; readonly user: string; readonly password: SecretPlace }
  | { readonly kind: "token"; readonly token: SecretPlace }
  /** A file with a user's JWT and the seed that belongs to it, as `nsc` writes it. */
  | { readonly kind: "creds"; readonly file: string };

/** Paths of files in PEM. That there is such a value is a demand: what cannot speak TLS is not talked to. */
export interface ClientTls {
  /** Authorities to trust, instead of those that Node knows. */
  readonly caFile?: string | undefined;
  /** The client's own certificate with its key; both or neither. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The server wants TLS before it says anything (its `handshake_first`). */
  readonly first?: boolean | undefined;
}

export interface Access {
  readonly servers: readonly [string, ...string[]];
  /** Without any, the client says nothing of who it is. */
  readonly credentials?: Credentials | undefined;
  /** Without it, TLS is used where a server is named with `tls://` or asks for it. */
  readonly tls?: ClientTls | undefined;
}
