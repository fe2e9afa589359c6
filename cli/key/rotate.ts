/**
 * `hd key rotate`: a new key beside the old one, and later the old one's end. In between both are trusted, so whoever holds
 * the old one works on until it has the new one; there are never more than two.
 */
import { existsSync } from "node:fs";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { identitiesOf, nameOf } from "../../lib/contract/fleet-identities.ts";
import type { Change } from "../../lib/fleet/commit.ts";
import type { LoadedFleet } from "../../lib/fleet/load.ts";
import { type Name, oldSeedFileOf, seedFileOf } from "../../lib/fleet/places.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { type ChangedFleet, changeFleet, type Edit } from "../fleet/change.ts";
import { shortPath } from "../fleet/generated-text.ts";
import { found } from "../fleet/known.ts";
import { changeSteps, steps } from "../fleet/steps.ts";
import type { UserArgs } from "../user/add.ts";
import type { Ended } from "../work/with-bus.ts";

const refused = (what: string): Either<Failure, never> =>
  left(failure("invalid_request", `Nothing was changed: ${what}.`));

const setAside = (dir: string, name: Name): readonly Change[] => {
  const from = seedFileOf(dir, name);
  return existsSync(from) ? [{ kind: "move", from, to: oldSeedFileOf(dir, name) }] : [];
};

/** The newest first. */
const keysOf = (name: Name, { fleet, known }: LoadedFleet): Either<Failure, readonly string[]> => {
  const holder = found(identitiesOf(fleet).map(nameOf), (one) => one, "host, person or service", name);
  return isLeft(holder) ? holder : right(known.get(name) ?? []);
};

const rotating =
  (name: Name, args: UserArgs): Edit =>
  (loaded) => {
    const keys = keysOf(name, loaded);
    if (isLeft(keys)) return keys;
    const count = keys.right.length;
    if (count === 0) return refused(`${name} has no key yet; run hd init ${args.fleet}`);
    if (count > 1) return refused(`${name} has two keys already; first run hd key rotate ${name} --finish`);
    return right({ text: right(loaded.text), renewed: name, first: setAside(loaded.dir, name) });
  };

/** Said first: it is the new seed that commands and contexts find from now on, and the server knows nothing of it yet. */
const untilThen = (name: Name, { before: { dir }, fleet }: ChangedFleet): string => {
  const [seed, old] = [seedFileOf(dir, name), oldSeedFileOf(dir, name)];
  const works = existsSync(old) ? `the old one in ${shortPath(old)}` : "the old one";
  const hasContext = fleet.users.some((user) => user.name === name);
  const context = hasContext ? `, while the NATS context ${fleet.name}-${name} names the new one already` : "";
  return `the new seed, ${shortPath(seed)}, works only after nats-server.conf is on the server and reloaded; until then it is ${works} that works${context}`;
};

export const rotate = async (cli: CliEnv, name: Name, args: UserArgs): Promise<Ended> => {
  const done = await changeFleet(cli, args, rotating(name, args));
  if (isLeft(done)) return done;
  cli.stderr.write(
    steps([
      untilThen(name, done.right),
      ...changeSteps(done.right),
      `then give ${name} the new seed; the old one works on as well`,
      `hd key rotate ${name} --finish --fleet ${args.fleet}   when the new one is in use`,
    ]),
  );
  return right(exits.done);
};

const finishing =
  (name: Name): Edit =>
  (loaded) => {
    const keys = keysOf(name, loaded);
    if (isLeft(keys)) return keys;
    const [newest, old] = keys.right;
    if (newest === undefined || old === undefined) return refused(`the key of ${name} is not being rotated`);
    const path = oldSeedFileOf(loaded.dir, name);
    return right({
      text: right(loaded.text),
      known: new Map([...loaded.known, [name, [newest]] as const]),
      last: existsSync(path) ? [{ kind: "remove", path }] : [],
    });
  };

export const finishRotation = async (cli: CliEnv, name: Name, args: UserArgs): Promise<Ended> => {
  const done = await changeFleet(cli, args, finishing(name));
  if (isLeft(done)) return done;
  const [, old] = done.right.before.known.get(name) ?? [];
  cli.stderr.write(steps([...changeSteps(done.right), `who still signs in with ${old} is disconnected then`]));
  return right(exits.done);
};
