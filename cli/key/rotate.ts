/**
 * `hd key rotate`: a new key beside the old one, and later the old one's end. In between both are trusted, so whoever holds
 * the old one works on until it has the new one; there are never more than two.
 */
import { existsSync } from "node:fs";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { identitiesOf, nameOf } from "../../lib/contract/fleet-identities.ts";
import type { Change } from "../../lib/fleet/commit.ts";
import { type LoadedFleet, loadFleet } from "../../lib/fleet/load.ts";
import { type Name, oldSeedFileOf, seedFileOf } from "../../lib/fleet/places.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet } from "../fleet/change.ts";
import { shortPath } from "../fleet/generated-text.ts";
import { found } from "../fleet/known.ts";
import { changeSteps, steps } from "../fleet/steps.ts";
import type { UserArgs } from "../user/add.ts";
import type { Ended } from "../work/with-bus.ts";

interface Holder {
  readonly loaded: LoadedFleet;
  /** The newest first. */
  readonly keys: readonly string[];
}

const holderOf = async (name: Name, { fleet }: UserArgs): Promise<Either<Failure, Holder>> => {
  const loaded = await loadFleet(fleet);
  if (isLeft(loaded)) return loaded;
  const known = found(identitiesOf(loaded.right.fleet).map(nameOf), (one) => one, "host, person or service", name);
  return isLeft(known) ? known : right({ loaded: loaded.right, keys: loaded.right.known.get(name) ?? [] });
};

const refused = (what: string): Either<Failure, never> =>
  left(failure("invalid_request", `Nothing was changed: ${what}.`));

const setAside = (dir: string, name: Name): readonly Change[] => {
  const from = seedFileOf(dir, name);
  return existsSync(from) ? [{ kind: "move", from, to: oldSeedFileOf(dir, name) }] : [];
};

export const rotate = async (cli: CliEnv, name: Name, args: UserArgs): Promise<Ended> => {
  const holder = await holderOf(name, args);
  if (isLeft(holder)) return holder;
  const { loaded, keys } = holder.right;
  if (keys.length === 0) return refused(`${name} has no key yet; run hd init ${args.fleet}`);
  if (keys.length > 1) return refused(`${name} has two keys already; first run hd key rotate ${name} --finish`);
  const first = setAside(loaded.dir, name);
  const done = await changeFleet(cli, args, loaded, { text: right(loaded.text), renewed: name, first });
  if (isLeft(done)) return done;
  const seed = shortPath(seedFileOf(loaded.dir, name));
  cli.stderr.write(
    steps([
      ...changeSteps(done.right),
      `give ${name} the new seed, ${seed}; the old key works until then`,
      `hd key rotate ${name} --finish --fleet ${args.fleet}   when the new one is in use`,
    ]),
  );
  return right(exits.done);
};

export const finishRotation = async (cli: CliEnv, name: Name, args: UserArgs): Promise<Ended> => {
  const holder = await holderOf(name, args);
  if (isLeft(holder)) return holder;
  const { loaded, keys } = holder.right;
  const [newest, old] = keys;
  if (newest === undefined || old === undefined) return refused(`the key of ${name} is not being rotated`);
  const known = new Map([...loaded.known, [name, [newest]] as const]);
  const path = oldSeedFileOf(loaded.dir, name);
  const last: readonly Change[] = existsSync(path) ? [{ kind: "remove", path }] : [];
  const done = await changeFleet(cli, args, loaded, { text: right(loaded.text), known, last });
  if (isLeft(done)) return done;
  cli.stderr.write(steps([...changeSteps(done.right), `who still signs in with ${old} is disconnected then`]));
  return right(exits.done);
};
