/** A new NKey of a user: the seed is a secret and goes into a file of mode 0600, the public key into the server's configuration. */
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
