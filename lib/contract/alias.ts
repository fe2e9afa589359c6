/**
 * Short names for targets, from the environment: `HOMELAB_DEPLOY_ALIAS_PROD_DNS=deploy.prod.role.dns` makes `prod-dns` a
 * target. An alias is looked up before a target is parsed; it can name an address only, never another alias.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Address, parseTarget } from "./address.ts";

const prefix = "HOMELAB_DEPLOY_ALIAS_";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Alias name to what it stands for, not yet checked: an alias nobody uses may be wrong without hurting anyone. */
export const aliases = (env: Environment): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(env)
      .filter((entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[1] !== undefined)
      .map(([key, value]) => [key.slice(prefix.length).toLowerCase().replaceAll("_", "-"), value] as const)
      // An empty target is a variable that somebody forgot to set.
      .filter(([name]) => name !== ""),
  );

/** The address behind what a person typed: an alias, a short target or a full subject. */
export const resolveTarget = (target: string, known: ReadonlyMap<string, string>): Either<string, Address> => {
  const meant = known.get(target.toLowerCase());
  if (meant === undefined) return parseTarget(target);
  const parsed = parseTarget(meant);
  return parsed._tag === "Left" ? left(`alias ${target}: ${parsed.left}`) : right(parsed.right);
};
