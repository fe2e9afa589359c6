/** The public keys of a whole fleet, hosts too, as those whose signatures are looked for in the log. It allows nobody anything. */
import type { PublicKeys } from "../contract/fleet.ts";
import type { Requester } from "../contract/names.ts";
import type { PublicKey } from "../contract/signature.ts";
import type { TrustedKeys, TrustedOwner } from "../contract/trusted-keys.ts";

const ownerOf = (name: string, keys: readonly string[]): TrustedOwner => ({
  name: name as Requester,
  keys: keys as readonly PublicKey[],
  ...{ tiers: [], actions: [], override_freeze: false },
});

export const knownKeys = (known: PublicKeys): TrustedKeys["owners"] =>
  new Map([...known].flatMap(([name, keys]) => keys.map((key) => [key as PublicKey, ownerOf(name, keys)] as const)));
