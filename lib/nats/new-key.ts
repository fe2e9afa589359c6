/** A new NKey of a user: the seed is a secret and goes into a file of mode 0600, the public key into the server's configuration. */
import { createUser } from "nkeys.js";

export interface NewKey {
  readonly seed: string;
  readonly publicKey: string;
}

export const newKey = (): NewKey => {
  const pair = createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
};
