/** `hd user add`: a person or a service in the fleet file, with a key and a NATS context. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import type { UserRole } from "../../lib/contract/fleet.ts";
import type { Requester, Tier } from "../../lib/contract/names.ts";
import type { Action } from "../../lib/contract/values.ts";
import { addMember, type Fields } from "../../lib/fleet/edit.ts";
import { fleetFileOf } from "../../lib/fleet/places.ts";
import { impliedProvisioner } from "../../lib/fleet/read-fleet.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet, type Edit } from "../fleet/change.ts";
import type { MakeArgs } from "../fleet/make.ts";
import { changeSteps, handOverStep, steps } from "../fleet/steps.ts";
import type { Ended } from "../work/with-bus.ts";

export interface NewUser {
  readonly name: Requester;
  readonly role: UserRole;
  readonly tiers: readonly Tier[];
  readonly actions: readonly Action[];
  readonly service: boolean;
}

export interface UserArgs extends MakeArgs {
  readonly fleet: string;
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];

/** What was not given is left out, also where it is needed: then the check of the file says what to give. */
const fieldsOf = ({ role, tiers, actions }: NewUser): Fields => ({
  role,
  ...(tiers.length === 0 ? {} : { tiers: unique(tiers) }),
  ...(actions.length === 0 ? {} : { actions: unique(actions) }),
});

const adding =
  (user: NewUser, args: UserArgs): Edit =>
  ({ text, fleet }) => {
    const { name } = user;
    // One that the file only implies may be written down.
    if (fleet.users.some((one) => one.name === name && one !== impliedProvisioner)) {
      const what = `${name} is in ${fleetFileOf(args.fleet)} already`;
      return left(failure("invalid_request", `Nothing was changed: ${what}.`));
    }
    return right({ text: right(addMember(text, user.service ? "services" : "people", name, fieldsOf(user))) });
  };

export const add = async (cli: CliEnv, user: NewUser, args: UserArgs): Promise<Ended> => {
  const changed = await changeFleet(cli, args, adding(user, args));
  if (isLeft(changed)) return changed;
  const { before, fleet, keys } = changed.right;
  // Whoever had a key before has been given it.
  const handOver = keys.some(({ name }) => name === user.name)
    ? [handOverStep(before.dir, user.name, fleet, changed.right)]
    : [];
  cli.stderr.write(steps([...changeSteps(changed.right), ...handOver]));
  return right(exits.done);
};
