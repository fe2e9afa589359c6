/**
 * Rules that could never fire, each with the key to look at and why. Such a rule is a mistake that nobody would notice: it is silent,
 * as a rule is that has nothing to tell.
 */
import type { Condition, RecordCondition, Whom } from "../contract/alert-rules.ts";
import type { Fleet, FleetUser } from "../contract/fleet.ts";
import { type Tier, unnamed } from "../contract/names.ts";
import { askedOf, endings } from "./record-facts.ts";

/** What a fleet file says of those that a rule may name. */
export type Known = Pick<Fleet, "tiers" | "hosts" | "users">;

export interface Misfit {
  readonly key: string;
  /** A clause. */
  readonly why: string;
}

/** Three phases of a deployment have deadlines of their own: all up to the activation, what is checked then, and the way back. */
const longestMs = 3 * (2 ** 31 - 1);

const byStatus = (when: RecordCondition): Misfit | undefined => {
  let left = when.status ?? endings;
  for (const { key, what, comesWith } of askedOf(when)) {
    const both = left.filter((status) => comesWith.includes(status));
    if (comesWith.length === 0) return { key, why: `${what} stands in no record, only commands end in it` };
    if (both.length === 0) {
      const rest = `the rest of the rule leaves ${left.join(", ")}`;
      return { key, why: `${what} only comes with ${comesWith.join(", ")}, and ${rest}` };
    }
    left = both;
  }
  return undefined;
};

const isAll = <A>(values: readonly A[] | undefined, ...of: readonly A[]): boolean =>
  values?.every((value) => of.includes(value)) ?? false;

interface Oddity extends Misfit {
  readonly isIn: (when: RecordCondition) => boolean;
}

const isDry = ({ action }: RecordCondition): boolean => isAll(action, "dry-activate");

const isOfRollbacks = ({ rolledBack, error }: RecordCondition): boolean =>
  rolledBack === true || isAll(error, "rolled_back", "rollback_failed");

/** What no host does, whatever it is asked. */
const oddities: readonly Oddity[] = [
  {
    key: "action",
    why: "dry-activate changes nothing, so nothing of it is rolled back",
    isIn: (when) => isDry(when) && (isOfRollbacks(when) || isAll(when.phase, "rollback")),
  },
  {
    key: "phase",
    why: "what was rolled back ended in the phase rollback",
    isIn: (when) => isOfRollbacks(when) && when.phase !== undefined && !when.phase.includes("rollback"),
  },
  {
    key: "longer_than",
    why: "no deadline is longer than 24d, and a deployment has three",
    isIn: ({ longerThanMs = 0 }) => longerThanMs > longestMs,
  },
  {
    key: "requester",
    why: "nobody without a name overrides a freeze",
    isIn: ({ freezeOverridden, requester }) => freezeOverridden === true && isAll(requester, unnamed),
  },
  {
    key: "error",
    why: "who overrides a freeze is not refused for it",
    isIn: ({ freezeOverridden, error }) => freezeOverridden === true && isAll(error, "frozen"),
  },
];

const byNature = (when: RecordCondition): Misfit | undefined => oddities.find(({ isIn }) => isIn(when));

const hostsOf = ({ hosts }: Known, { tier, host, role }: Whom) =>
  hosts.filter(
    (one) =>
      (tier?.includes(one.tier) ?? true) &&
      (host?.includes(one.hostname) ?? true) &&
      (role === undefined || one.roles.some((has) => role.includes(has))),
  );

/** A tier may wait for its hosts; a host or a role that is named is there. */
const byHosts = (when: Whom, known: Known): Misfit | undefined => {
  const key = when.role === undefined ? "host" : "role";
  if (when[key] === undefined || hostsOf(known, when).length > 0) return undefined;
  const keys = (["tier", "host", "role"] as const).filter((one) => when[one] !== undefined);
  return { key, why: `no host of the fleet has such a ${keys.join(" and ")}` };
};

const tiersOf = (known: Known, when: Whom): readonly Tier[] =>
  when.host === undefined && when.role === undefined
    ? (when.tier ?? known.tiers.map(({ name }) => name))
    : hostsOf(known, when).map(({ tier }) => tier);

const asks = ({ role, tiers }: FleetUser, within: readonly Tier[]): boolean =>
  (role === "deployer" || role === "admin") && tiers.some((tier) => within.includes(tier));

const byRequester = (when: RecordCondition, known: Known): Misfit | undefined => {
  const { requester, freezeOverridden } = when;
  const asking = known.users.filter(
    (user) => (requester?.includes(user.name) ?? true) && asks(user, tiersOf(known, when)),
  );
  if (requester !== undefined && asking.length === 0)
    return { key: "requester", why: `${requester.join(" and ")} may not ask there` };
  if (requester !== undefined && freezeOverridden && asking.every((user) => !user.overridesFreeze))
    return { key: "requester", why: `${requester.join(" and ")} may not override a freeze` };
  return undefined;
};

/** `undefined`: nothing speaks against it. Of a file that is no fleet's nothing is known of hosts and people. */
export const neverFires = (when: Condition, known: Known | undefined): Misfit | undefined => {
  const misplaced = known && byHosts(when, known);
  if (misplaced !== undefined || when.kind !== "record") return misplaced;
  const odd = byStatus(when) ?? byNature(when);
  return odd ?? (known && byRequester(when, known));
};
