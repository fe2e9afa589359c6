/**
 * A new NKey of a user: the seed is a secret and goes into a file of mode 0600, the public key into the server's
 * configuration. Never by `generateKeyPairSync`, though it is faster: Node 20 has been seen to stand still for ever between
 * the thousand keys of a fleet, when garbage was collected while such a key was exported.
 */
import { randomBytes } from "node:crypto";
import { seedText, userKey } from "./user-key.ts";

export interface NewKey {
  readonly seed: string;
  readonly publicKey: string;
}

const seedLength = 32;

export const newKey = (): NewKey => {
  const seed = seedText(randomBytes(seedLength));
  return { seed, publicKey: userKey(seed).publicKey };
};
