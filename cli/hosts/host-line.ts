/** What is known of one host: from the roster, its own answer, and its newest records. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostInfo } from "../../lib/contract/host-info.ts";
import type { HostName, Role, Tier } from "../../lib/contract/names.ts";
import type { Status } from "../../lib/contract/values.ts";
import type { Enrolled, LogReader } from "../../lib/router/ports.ts";
import { type ResponseRecord, readRecord } from "../../streams/records.ts";
import { rolesOfHost, tierOfHost } from "../../streams/roster.ts";
import { type Deployed, whatRuns } from "./what-runs.ts";

interface Place {
  readonly host: HostName;
  readonly tier: Tier | undefined;
}

export interface HostLine extends Place {
  readonly roles: readonly Role[];
  /** `silent`: a listener takes work, but did not answer. `not enrolled`: it answered, but the log keeps nothing for it. */
  readonly state: "present" | "away" | "silent" | "not enrolled";
  readonly version: string | undefined;
  /** Requests that wait for it. */
  readonly pending: number;
  /** The newest step of the deployment that runs. */
  readonly doing: ResponseRecord | undefined;
  readonly deploying: string | undefined;
  readonly lastCompleted: ResponseRecord | undefined;
  /** The newest deployment that changed what runs. */
  readonly runs: Deployed | undefined;
  readonly simulated: boolean;
}

type Newest = Either<Failure, ResponseRecord | undefined>;

const newest = async (log: LogReader, { host, tier }: Place, status: Status): Promise<Newest> => {
  const stored = await log.last(`hd.res.${tier ?? "*"}.${host}.${status}`)();
  if (isLeft(stored)) return stored;
  const record = stored.right === undefined ? undefined : readRecord(stored.right);
  return right(record?.kind === "response" ? record : undefined);
};

const stateOf = (enrolled: Enrolled | undefined, info: HostInfo | undefined): HostLine["state"] => {
  if (info !== undefined) return enrolled === undefined ? "not enrolled" : "present";
  return enrolled?.present === true ? "silent" : "away";
};

const known = (host: HostName, enrolled: Enrolled | undefined, info: HostInfo | undefined) => ({
  host,
  tier: info?.tier ?? (enrolled === undefined ? undefined : tierOfHost(enrolled)),
  roles: info?.roles ?? (enrolled === undefined ? [] : rolesOfHost(enrolled)),
  state: stateOf(enrolled, info),
  version: info?.version,
  pending: enrolled?.pending ?? 0,
  deploying: info?.deploying,
});

export const hostLine = async (
  log: LogReader,
  host: HostName,
  enrolled: Enrolled | undefined,
  info: HostInfo | undefined,
): Promise<Either<Failure, HostLine>> => {
  const line = known(host, enrolled, info);
  const nothing: Promise<Newest> = Promise.resolve(right(undefined));
  const [completed, started] = await Promise.all([
    newest(log, line, "completed"),
    line.deploying === undefined ? nothing : newest(log, line, "started"),
  ]);
  if (isLeft(completed)) return completed;
  if (isLeft(started)) return started;
  const lastCompleted = completed.right;
  const runs = await whatRuns(log, lastCompleted);
  if (isLeft(runs)) return runs;
  const doing = started.right?.event.id === line.deploying ? started.right : undefined;
  return right({
    ...line,
    doing,
    lastCompleted,
    runs: runs.right,
    simulated: info?.simulated ?? lastCompleted?.event.simulated ?? false,
  });
};
