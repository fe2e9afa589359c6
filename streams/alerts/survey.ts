/** What can be known of the whole fleet at one moment: from the log's index, its consumers and the bucket of presences. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Absence } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import type { Survey } from "./absences.ts";
import { type Lack, type LackLog, type Lacks, newestOfHosts } from "./lacks.ts";
import { rebootsIn } from "./reboots.ts";
import type { Fleet, Roles } from "./roles.ts";
import { undeployedIn } from "./undeployed.ts";
import { unfinishedIn } from "./unfinished.ts";

/** A host announces itself each minute. One that takes work and announces nothing is there, and its word is old. */
const staleMs = 3 * 60_000;

/** Of a host that never announced itself nobody can tell. One that said good-bye was heard of then. */
const unseenIn = (fleet: Fleet, nowMs: number): Lacks =>
  new Map(
    [...fleet.values()].flatMap(({ host, present, seenAtMs }): readonly (readonly [typeof host, Lack])[] =>
      seenAtMs === undefined || (present && nowMs - seenAtMs > staleMs) ? [] : [[host, { sinceMs: seenAtMs }]],
    ),
  );

export interface SurveyEnv {
  readonly bus: Pick<AlerterBus, "log">;
  readonly roles: Roles;
  readonly now: () => number;
}

/** `isSettled`: hosts have had the time to announce themselves; before, nobody can tell who does not. */
type Look = Pick<Survey, "fleet" | "asOf" | "nowMs"> & { readonly isSettled: boolean };

type Looks = Readonly<Record<Absence, (look: Look) => Promise<Either<Failure, Lacks>>>>;

const looksAt = (log: LackLog): Looks => {
  const newest = newestOfHosts(log);
  const [unfinished, undeployed, reboots] = [
    unfinishedIn(log, newest),
    undeployedIn(log, newest),
    rebootsIn(log, newest),
  ];
  return {
    unfinished: ({ asOf }) => unfinished(asOf),
    undeployed: ({ asOf }) => undeployed(asOf),
    reboot: ({ asOf, fleet }) => reboots(fleet, asOf),
    unseen: async ({ fleet, nowMs, isSettled }) => right(isSettled ? unseenIn(fleet, nowMs) : new Map()),
  };
};

/** Of these kinds of absence. */
export const surveyor = ({ bus: { log }, roles, now }: SurveyEnv, kinds: ReadonlySet<Absence>) => {
  const looks = looksAt(log);
  const lacksAt = async (look: Look): Promise<Either<Failure, Survey["lacks"]>> => {
    const lacks = new Map<Absence, Lacks>();
    for (const kind of kinds) {
      const found = await looks[kind](look);
      if (isLeft(found)) return found;
      lacks.set(kind, found.right);
    }
    return right(lacks);
  };
  return async (isSettled: boolean): Promise<Either<Failure, Survey>> => {
    const fleet = await roles.refresh();
    if (isLeft(fleet)) return fleet;
    const end = await log.end()();
    if (isLeft(end)) return end;
    const at = { fleet: fleet.right, asOf: end.right, nowMs: now() };
    const lacks = await lacksAt({ ...at, isSettled });
    return isLeft(lacks) ? lacks : right({ ...at, lacks: lacks.right });
  };
};
