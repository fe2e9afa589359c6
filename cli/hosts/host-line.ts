/** What is known of one host: from the roster, its own answer, what it announced last, and its newest records. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostInfo } from "../../lib/contract/host-info.ts";
import type { HostName, Role, Tier } from "../../lib/contract/names.ts";
import type { Presence } from "../../lib/contract/presence.ts";
import type { Status } from "../../lib/contract/values.ts";
import type { Enrolled, LogReader } from "../../lib/router/ports.ts";
import type { HistoryLog } from "../../streams/history.ts";
import type { Seen } from "../../streams/presences.ts";
import { type ResponseRecord, readRecord } from "../../streams/records.ts";
import { rolesOfHost, tierOfHost } from "../../streams/roster.ts";
import { mayDiffer, runsNow, type UnlikeLog, unlikeLog } from "./unlike-log.ts";
import { type Deployed, whatRuns } from "./what-runs.ts";

interface Place {
  readonly host: HostName;
  readonly tier: Tier | undefined;
}

export interface HostLine extends Place {
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
  /** The newest deployment that changed what runs. */
  readonly runs: Deployed | undefined;
  /** What runs there instead. */
  readonly unlikeLog: UnlikeLog | undefined;
  readonly simulated: boolean;
}

/** What is known without a look at its records. */
export interface Known {
  readonly enrolled: Enrolled | undefined;
  readonly info: HostInfo | undefined;
  readonly seen: Seen | undefined;
}

type Newest = Either<Failure, ResponseRecord | undefined>;

const newest = async (log: LogReader, { host, tier }: Place, status: Status): Promise<Newest> => {
  const stored = await log.last(`hd.res.${tier ?? "*"}.${host}.${status}`)();
  if (isLeft(stored)) return stored;
  const record = stored.right === undefined ? undefined : readRecord(stored.right);
  return right(record?.kind === "response" ? record : undefined);
};

const stateOf = ({ enrolled, info }: Known, presence: Presence | undefined): HostLine["state"] => {
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
    state: stateOf(known, presence),
    version: info?.version ?? presence?.version,
    ...{ presence, seenAtMs: seen?.atMs },
    unreadable: seen !== undefined && isLeft(seen.presence) ? seen.presence.left : undefined,
    pending: enrolled?.pending ?? 0,
    deploying: info?.deploying,
  };
};

const nothing: Promise<Newest> = Promise.resolve(right(undefined));

type OfRecords = Pick<HostLine, "lastCompleted" | "runs" | "unlikeLog">;

const ofRecords = async (
  log: HistoryLog,
  line: Place & Pick<HostLine, "presence" | "seenAtMs">,
): Promise<Either<Failure, OfRecords>> => {
  const completed = await newest(log, line, "completed");
  if (isLeft(completed)) return completed;
  const lastCompleted = completed.right;
  const deployed = await whatRuns(log, lastCompleted);
  if (isLeft(deployed)) return deployed;
  const told = { presence: line.presence, seenAtMs: line.seenAtMs ?? 0, lastCompleted, runs: deployed.right };
  const runs = runsNow(told);
  if (!mayDiffer({ ...told, runs })) return right({ lastCompleted, runs, unlikeLog: undefined });
  const failed = await newest(log, line, "failed");
  return isLeft(failed)
    ? failed
    : right({ lastCompleted, runs, unlikeLog: unlikeLog({ ...told, runs }, failed.right) });
};

export const hostLine = async (log: HistoryLog, host: HostName, known: Known): Promise<Either<Failure, HostLine>> => {
  const line = lineOf(host, known);
  const [records, started] = await Promise.all([
    ofRecords(log, line),
    line.deploying === undefined ? nothing : newest(log, line, "started"),
  ]);
  if (isLeft(records)) return records;
  if (isLeft(started)) return started;
  const doing = started.right?.event.id === line.deploying ? started.right : undefined;
  const { lastCompleted } = records.right;
  const simulated = known.info?.simulated ?? line.presence?.simulated ?? lastCompleted?.event.simulated ?? false;
  return right({ ...line, ...records.right, doing, simulated });
};
