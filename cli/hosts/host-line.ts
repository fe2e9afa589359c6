/** What is known of one host: from the roster, its own answer, what it announced last, and its newest records. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostInfo } from "../../lib/contract/host-info.ts";
import type { HostName, Role, Tier } from "../../lib/contract/names.ts";
import type { Presence } from "../../lib/contract/presence.ts";
import type { Status } from "../../lib/contract/values.ts";
import type { Bus, Enrolled, Stored } from "../../lib/router/ports.ts";
import { untold } from "../../streams/host-state.ts";
import type { Seen } from "../../streams/presences.ts";
import { type ResponseRecord, readRecord } from "../../streams/records.ts";
import { rolesOfHost, tierOfHost } from "../../streams/roster.ts";
import { stateOf } from "../../streams/status.ts";
import { type Runs, runsOf } from "./runs.ts";

interface Place {
  readonly host: HostName;
  readonly tier: Tier | undefined;
}

export interface HostLine extends Place, Runs {
  readonly roles: readonly Role[];
  /**
   * `silent`: a listener takes work, but did not answer. `stopped`: it said good-bye, `away`: it did not. `not enrolled`: it
   * answered, but the log keeps nothing for it.
   */
  readonly state: "present" | "away" | "stopped" | "silent" | "not enrolled";
  readonly version: string | undefined;
  /** When its last announcement was stored, by the server's clock. */
  readonly seenAtMs: number | undefined;
  readonly presence: Presence | undefined;
  /** Why what it announced cannot be read. */
  readonly unreadable: string | undefined;
  /** Requests that wait for it. */
  readonly pending: number;
  /** The newest step of the deployment that runs. */
  readonly doing: ResponseRecord | undefined;
  readonly deploying: string | undefined;
  readonly lastCompleted: ResponseRecord | undefined;
  readonly simulated: boolean;
}

/** What is known without a look at its records. */
export interface Known {
  readonly enrolled: Enrolled | undefined;
  readonly info: HostInfo | undefined;
  readonly seen: Seen | undefined;
}

type Log = Bus["log"];
type Newest = Either<Failure, Stored | undefined>;

const newest = (log: Log, { host, tier }: Place, status: Status): Promise<Newest> =>
  log.last(`hd.res.${tier ?? "*"}.${host}.${status}`)();

const responseIn = (stored: Stored | undefined): ResponseRecord | undefined => {
  const record = stored && readRecord(stored);
  return record?.kind === "response" ? record : undefined;
};

const presentAs = ({ enrolled, info }: Known, presence: Presence | undefined): HostLine["state"] => {
  if (info !== undefined) return enrolled === undefined ? "not enrolled" : "present";
  if (enrolled?.present === true) return "silent";
  return presence?.stopped === true ? "stopped" : "away";
};

/** The log's own word on tier and roles before what a host said when it was last seen. */
const lineOf = (host: HostName, known: Known) => {
  const { enrolled, info, seen } = known;
  const presence = seen === undefined || isLeft(seen.presence) ? undefined : seen.presence.right;
  return {
    host,
    tier: info?.tier ?? (enrolled === undefined ? presence?.tier : tierOfHost(enrolled)),
    roles: info?.roles ?? (enrolled === undefined ? [] : rolesOfHost(enrolled)),
    state: presentAs(known, presence),
    version: info?.version ?? presence?.version,
    ...{ presence, seenAtMs: seen?.atMs },
    unreadable: seen !== undefined && isLeft(seen.presence) ? seen.presence.left : undefined,
    pending: enrolled?.pending ?? 0,
    deploying: info?.deploying,
  };
};

const nothing: Promise<Newest> = Promise.resolve(right(undefined));

type OfRecords = Pick<HostLine, "lastCompleted" | keyof Runs>;

const ofRecords = async (log: Log, place: Place, seen: Seen | undefined): Promise<Either<Failure, OfRecords>> => {
  const [completed, failed] = await Promise.all([newest(log, place, "completed"), newest(log, place, "failed")]);
  if (isLeft(completed)) return completed;
  if (isLeft(failed)) return failed;
  const [last] = [completed.right, failed.right].flatMap((one) => one ?? []).sort((a, b) => b.seq - a.seq);
  const state = last === undefined ? right(untold) : await stateOf(log, place.host, last);
  if (isLeft(state)) return state;
  return right({ lastCompleted: responseIn(completed.right), ...runsOf(state.right, seen) });
};

export const hostLine = async (log: Log, host: HostName, known: Known): Promise<Either<Failure, HostLine>> => {
  const line = lineOf(host, known);
  const [records, started] = await Promise.all([
    ofRecords(log, line, known.seen),
    line.deploying === undefined ? nothing : newest(log, line, "started"),
  ]);
  if (isLeft(records)) return records;
  if (isLeft(started)) return started;
  const step = responseIn(started.right);
  const doing = step?.event.id === line.deploying ? step : undefined;
  const { lastCompleted } = records.right;
  const simulated = known.info?.simulated ?? line.presence?.simulated ?? lastCompleted?.event.simulated ?? false;
  return right({ ...line, ...records.right, doing, simulated });
};
