/** The keys of the fleet, and the configuration of a server that knows them: the permissions are those of a real fleet. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostName, Requester } from "../../lib/contract/names.ts";
import { type Permissions, permissionsOf } from "../../lib/contract/permissions.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import { Action } from "../../lib/contract/values.ts";
import { fleet, player, provisioner, tiers } from "./fleet.ts";

export interface KeyPair {
  readonly seed: string;
  readonly publicKey: string;
}

export interface Keyed {
  readonly name: HostName | Requester;
  readonly publicKey: string;
  readonly permissions: Permissions;
}

export const keyFile = (dir: string, name: HostName | Requester): string => join(dir, `${name}.nk`);

const owners = (): readonly { readonly name: HostName | Requester; readonly permissions: Permissions }[] => [
  ...fleet.map((host) => ({
    name: host.hostname,
    permissions: permissionsOf({ kind: "host", hostname: host.hostname, addresses: addressesOf(host) }),
  })),
  { name: player, permissions: permissionsOf({ kind: "deployer", requester: player, tiers, overridesFreeze: true }) },
  { name: provisioner, permissions: permissionsOf({ kind: "provisioner", requester: provisioner }) },
];

/** Whose signed requests the listeners serve. */
export const trustedKeysFile = (dir: string): string => join(dir, "trusted-keys.json");

const trustedKeys = (keyed: readonly Keyed[]): object => ({
  tiers: { prod: "require", test: "warn" },
  keys: keyed
    .filter(({ name }) => name === player)
    .map(({ name, publicKey }) => ({
      ...{ name, keys: [publicKey], tiers, actions: Action.schema["enum"] },
      override_freeze: true,
    })),
});

/** Writes a seed file for every owner into `dir`, and whom the listeners trust; what comes back holds no secret. */
export const makeKeys = async (dir: string, newKey: () => KeyPair): Promise<readonly Keyed[]> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keyed = await Promise.all(
    owners().map(async ({ name, permissions }) => {
      const { seed, publicKey } = newKey();
      await writeFile(keyFile(dir, name), `${seed}\n`, { mode: 0o600 });
      return { name, publicKey, permissions };
    }),
  );
  await writeFile(trustedKeysFile(dir), `${JSON.stringify(trustedKeys(keyed), null, 2)}\n`, { mode: 0o600 });
  return keyed;
};
