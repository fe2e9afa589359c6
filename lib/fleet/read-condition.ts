/** What a rule looks at: records, or what is missing. The two cannot be mixed, because only one of them has a moment. */
import type { Absence, Condition, RecordCondition, Whom } from "../contract/alert-rules.ts";
import { type Codec, integer, text as textCodec } from "../contract/codec.ts";
import { Duration, millisOf } from "../contract/duration.ts";
import { failureCodes } from "../contract/failure.ts";
import { HostName, Requester, Role, Tier } from "../contract/names.ts";
import { Action, Phase, Status } from "../contract/values.ts";
import { didYouMean } from "./near.ts";
import type { Known } from "./never-fires.ts";
import { oneOf, oneOrMore, optional, type Read, type Scope, text, truth, whole } from "./reader.ts";

const statuses = ["accepted", "rejected", "started", "completed", "failed", "applied"];
const actions = ["switch", "boot", "test", "dry-activate"];
const phases = ["resolve", "build", "activate", "verify", "rollback"];

const Code: Codec<string> = textCodec("FailureCode", {
  pattern: new RegExp(`^(?:${failureCodes.join("|")})$`),
  maxLength: 64,
  sentence: "a code of the failure table (docs/reference/failures.md)",
});

const Times = integer("Times", 2, 1_000);

const recordKeys = [
  ...["status", "error", "requester", "action", "phase", "longer_than"],
  ...["rolled_back", "freeze_overridden", "unsigned", "times", "within"],
];

const absenceKeys = {
  unfinished_for: "unfinished",
  unseen_for: "unseen",
  undeployed_for: "undeployed",
  reboot_pending_for: "reboot",
} as const satisfies Readonly<Record<string, Absence>>;

const whomKeys = ["tier", "host", "role"];
const absenceWords = Object.keys(absenceKeys) as readonly (keyof typeof absenceKeys)[];

export const conditionKeys: readonly string[] = [...whomKeys, ...recordKeys, ...absenceWords];

export const duration: Read<number> = (value, path, tell) => {
  const found = text(Duration)(value, path, tell);
  return found === undefined ? undefined : millisOf(found);
};

/** A mark is looked for or not; to look for its absence would be another rule. */
const mark: Read<true> = (value, path, tell) => {
  const found = truth(value, path, tell);
  if (found === false) tell(value, `${path} = false asks for nothing; leave it out`);
  return found || undefined;
};

/** More are no help to whoever mistyped one. */
const mostListed = 12;

const listed = (known: readonly string[]): string =>
  known.length === 0 || known.length > mostListed ? "" : `; known are ${known.join(", ")}`;

/** One of those that the fleet has, where there is a fleet to ask. */
const among =
  <A extends string>(codec: Codec<A>, what: string, known: readonly A[] | undefined): Read<A> =>
  (value, path, tell) => {
    const found = text(codec)(value, path, tell);
    if (found === undefined || known === undefined || known.includes(found)) return found;
    tell(value, `${path}: there is no ${what} ${found} in the fleet${didYouMean(found, known) || listed(known)}`);
    return undefined;
  };

const any = "leave it out to mean all";

const whomOf = (scope: Scope, known: Known | undefined): Whom => {
  const roles = known && [...new Set(known.hosts.flatMap(({ roles: all }) => all))];
  const tiers = known?.tiers.map(({ name }) => name);
  const hosts = known?.hosts.map(({ hostname }) => hostname);
  return {
    tier: optional(scope, "tier", oneOrMore(among(Tier, "tier", tiers), any)),
    host: optional(scope, "host", oneOrMore(among(HostName, "host", hosts), any)),
    role: optional(scope, "role", oneOrMore(among(Role, "role", roles), any)),
  };
};

/** Without the other, each says nothing. */
const timesOf = (scope: Scope): RecordCondition["times"] => {
  const [count, withinMs] = [optional(scope, "times", whole(Times)), optional(scope, "within", duration)];
  const { table, path, tell } = scope;
  const [times, within] = [table.entries.get("times"), table.entries.get("within")];
  if (times !== undefined && within === undefined)
    tell(times.place, `${path}.times needs within; write within = "10m"`);
  if (within !== undefined && times === undefined) tell(within.place, `${path}.within needs times; write times = 3`);
  return count === undefined || withinMs === undefined ? undefined : { count, withinMs };
};

const recordOf = (scope: Scope, known: Known | undefined): RecordCondition => {
  const people = known?.users.map(({ name }) => name);
  return {
    kind: "record",
    ...whomOf(scope, known),
    status: optional(scope, "status", oneOrMore(oneOf(Status, statuses), any)),
    error: optional(scope, "error", oneOrMore(oneOf(Code, failureCodes), any)),
    requester: optional(scope, "requester", oneOrMore(among(Requester, "requester", people), any)),
    action: optional(scope, "action", oneOrMore(oneOf(Action, actions), any)),
    phase: optional(scope, "phase", oneOrMore(oneOf(Phase, phases), any)),
    longerThanMs: optional(scope, "longer_than", duration),
    rolledBack: optional(scope, "rolled_back", mark),
    freezeOverridden: optional(scope, "freeze_overridden", mark),
    unsigned: optional(scope, "unsigned", mark),
    times: timesOf(scope),
  };
};

/** `false`: it is told what does not go together. */
const isOfOneKind = ({ table, path, tell }: Scope): boolean => {
  const [ofRecords, missing] = [recordKeys, absenceWords].map((keys) => keys.filter((key) => table.entries.has(key)));
  const [record, [absence, second]] = [ofRecords?.[0], missing ?? []];
  const place = table.entries.get(second ?? absence ?? "")?.place ?? table;
  if (absence !== undefined && record !== undefined)
    tell(place, `${path}: ${absence} looks at what is missing, and ${record} at what is there; write a rule for each`);
  else if (second !== undefined)
    tell(place, `${path}: ${absence} and ${second} are two conditions; write a rule for each`);
  return second === undefined && (absence === undefined || record === undefined);
};

/** `undefined`: it cannot be told what it asks for, which is told. */
export const readCondition = (scope: Scope, known: Known | undefined): Condition | undefined => {
  const { table, path, tell } = scope;
  if (!isOfOneKind(scope)) return undefined;
  const absence = absenceWords.find((key) => table.entries.has(key));
  if (absence !== undefined) {
    const [whom, afterMs] = [whomOf(scope, known), optional(scope, absence, duration)];
    return afterMs === undefined ? undefined : { kind: absenceKeys[absence], ...whom, afterMs };
  }
  if (conditionKeys.some((key) => table.entries.has(key))) return recordOf(scope, known);
  tell(table, `${path} has no condition, so it would tell of everything; write one, such as status = "failed"`);
  return undefined;
};
