/**
 * Since when a host waits for a reboot. Whether it does, it announces itself; since when, the log tells: by the first deployment
 * since it was booted that said so, with nothing after it that did not. A need that no deployment told of has no such beginning.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Presence } from "../../lib/contract/presence.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { effectOf } from "../host-state.ts";
import { completionsBack, remembered } from "./completions.ts";
import { type Ask, type Lack, type LackLog, type Lacks, type Newest, responseIn } from "./lacks.ts";
import type { Fleet, Member } from "./roles.ts";

const isNeeded = ({ reboot_needed: why }: Pick<Presence, "reboot_needed">): boolean => (why?.length ?? 0) > 0;

/** Both by the clock of the host, where the record says it. */
const isBefore = (record: { readonly atMs: number; readonly event: { readonly at?: string } }, bootedMs: number) =>
  (record.event.at === undefined ? record.atMs : Date.parse(record.event.at)) < bootedMs;

type Answer = Promise<Either<Failure, Lack | undefined>>;

const neededSince = async (log: LackLog, host: HostName, newest: Stored, bootedMs: number): Answer => {
  let found: Lack | undefined;
  const walked = await completionsBack(log, host, newest, (stored) => {
    const by = responseIn(stored);
    if (by === undefined || effectOf(by) === undefined) return true;
    if (!isNeeded(by.event) || isBefore(by, bootedMs)) return false;
    found = { sinceMs: by.atMs, by };
    return true;
  });
  return isLeft(walked) ? walked : right(found);
};

type Kept = ReturnType<typeof remembered>;

/** Without a host of which it is not known since when. */
const waiting = async (
  [log, keep]: readonly [LackLog, Kept],
  { host, presence }: Member,
  { completed }: Newest,
): Promise<Either<Failure, Lacks>> => {
  if (presence === undefined) return right(new Map());
  if (!isNeeded(presence)) return right(new Map([[host, undefined]]));
  if (completed === undefined) return right(new Map());
  const bootedMs = presence.booted_at === undefined ? 0 : Date.parse(presence.booted_at);
  const lack = await keep(host, `${completed.seq} ${bootedMs}`, () => neededSince(log, host, completed, bootedMs));
  return map((one: Lack | undefined) => new Map(one && [[host, one]]))(lack);
};

const eachMember = async (
  fleet: Fleet,
  ask: (member: Member) => Promise<Either<Failure, Lacks>>,
): Promise<Either<Failure, Lacks>> => {
  const lacks = new Map<HostName, Lack | undefined>();
  for (const member of fleet.values()) {
    const one = await ask(member);
    if (isLeft(one)) return one;
    for (const [host, lack] of one.right) lacks.set(host, lack);
  }
  return right(lacks);
};

export const rebootsIn = (log: LackLog, newest: Ask<ReadonlyMap<HostName, Newest>>) => {
  const keep = remembered();
  return async (fleet: Fleet, upTo: number): Promise<Either<Failure, Lacks>> => {
    const hosts = await newest(upTo);
    if (isLeft(hosts)) return hosts;
    return eachMember(fleet, (member) => waiting([log, keep], member, hosts.right.get(member.host) ?? {}));
  };
};
