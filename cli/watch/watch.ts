/** `hd watch`: finds requests in the log and watches them as if they had just been sent. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import type { RequestRecord } from "../../streams/records.ts";
import { hostsAt } from "../../streams/roster.ts";
import { seekRequest } from "../../streams/seek-request.ts";
import { type Shown, show } from "../../streams/show.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { watchAll } from "../follow/watch-all.ts";
import { type Watched, watchedOf } from "../follow/watched.ts";
import { notFound } from "../work/not-found.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

export interface WatchArgs {
  readonly ids: readonly RequestId[];
  readonly timeoutMs: number;
  readonly form: OutputForm;
}

interface Finding extends Pick<Bus, "log"> {
  readonly enrolled: readonly Enrolled[];
  readonly repeated: string;
}

/** What a cancel is to end. `undefined`: it is none, or the log does not hold that. */
const cancelledBy = async (
  { log, enrolled }: Finding,
  { body }: RequestRecord,
): Promise<Either<Failure, Shown | undefined>> => {
  if (isLeft(body) || body.right.route !== "cancel") return right(undefined);
  return show(log, enrolled, body.right.input.request)();
};

const find = async (finding: Finding, id: RequestId): Promise<Either<Failure, Watched>> => {
  const sought = await seekRequest(finding.log, id)();
  if (isLeft(sought)) return sought;
  const { request: record, from } = sought.right;
  if (record === undefined) return left(notFound(id, finding.repeated, from));
  const cancelled = await cancelledBy(finding, record);
  if (isLeft(cancelled)) return cancelled;
  const hosts = hostsAt(finding.enrolled, record.address);
  return right({ ...watchedOf(record, hosts, finding.repeated), cancelled: cancelled.right });
};

const findAll = async (
  { log, roster }: Bus,
  ids: readonly RequestId[],
  repeated: string,
): Promise<Either<Failure, readonly Watched[]>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const watched: Watched[] = [];
  for (const id of new Set(ids)) {
    const found = await find({ log, enrolled: enrolled.right, repeated }, id);
    if (isLeft(found)) return found;
    watched.push(found.right);
  }
  return right(watched);
};

export const watch = (cli: CliEnv, connection: Connection, { ids, timeoutMs, form }: WatchArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const watched = await findAll(bus, ids, connection.repeated);
    if (isLeft(watched)) return watched;
    return right(await watchAll(cli, bus, watched.right, { form, deadlineMs: timeoutMs }));
  });
