/**
 * A server in operator mode, with one account and one user, and the creds file of that user: the JWTs that `nsc` would
 * make, signed here by the same rules.
 */
import { randomBytes } from "node:crypto";
import { createAccount, createOperator, createUser, type KeyPair } from "nkeys.js";

export interface Operated {
  readonly config: string;
  readonly publicKey: string;
  /** The text of a creds file. */
  readonly creds: (changes?: CredsChanges) => string;
}

export interface CredsChanges {
  /** Seconds since the epoch. */
  readonly exp?: number;
  readonly seed?: string;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Claims {
  readonly sub: string;
  readonly nats: object;
  readonly exp?: number | undefined;
}

const jwt = (issuer: KeyPair, claims: Claims): string => {
  const body = {
    jti: randomBytes(16).toString("hex"),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
  };
  const head = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part({ ...body, name: "test", ...claims })}`;
  return `${head}.${Buffer.from(issuer.sign(new TextEncoder().encode(head))).toString("base64url")}`;
};

const none = -1;
const limits = {
  subs: none,
  data: none,
  payload: none,
  conn: none,
  leaf: none,
  imports: none,
  exports: none,
  wildcards: true,
};

export const operated = (): Operated => {
  const [operator, account, user] = [createOperator(), createAccount(), createUser()];
  const operatorJwt = jwt(operator, { sub: operator.getPublicKey(), nats: { type: "operator", version: 2 } });
  const accountJwt = jwt(operator, { sub: account.getPublicKey(), nats: { limits, type: "account", version: 2 } });
  const seedOf = (pair: KeyPair) => new TextDecoder().decode(pair.getSeed());
  return {
    publicKey: user.getPublicKey(),
    config: `operator: ${operatorJwt}
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: ${accountJwt} }
`,
    creds: ({ exp, seed = seedOf(user) } = {}) => {
      const nats = { pub: {}, sub: {}, subs: none, data: none, payload: none, type: "user", version: 2 };
      const userJwt = jwt(account, { sub: user.getPublicKey(), nats, ...(exp === undefined ? {} : { exp }) });
      return `-----BEGIN NATS USER JWT-----
${userJwt}
------END NATS USER JWT------

************************* IMPORTANT *************************
NKEY Seed printed below can be used to sign and prove identity.
NKEYs are sensitive and should be treated as secrets.

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------

*************************************************************
`;
    },
  };
};
