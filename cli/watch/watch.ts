/** `hd watch`: finds requests in the log and watches them as if they had just been sent. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { seeBuilder } from "../../streams/build-place.ts";
import type { RequestRecord } from "../../streams/records.ts";
import { hostsAt } from "../../streams/roster.ts";
import { type Sought, seekRequest } from "../../streams/seek-request.ts";
import { type Shown, show } from "../../streams/show.ts";
import type { OutputForm } from "../args/output-arg.ts";
import { watchBuilds } from "../build/watch-builds.ts";
import { type WatchedBuild, watchedBuild } from "../build/watched.ts";
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

interface Finding extends Pick<Bus, "log" | "builder"> {
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

const watchedRequest = async (finding: Finding, record: RequestRecord): Promise<Either<Failure, Watched>> => {
  const cancelled = await cancelledBy(finding, record);
  if (isLeft(cancelled)) return cancelled;
  const hosts = hostsAt(finding.enrolled, record.address);
  return right({ ...watchedOf(record, hosts, finding.repeated), cancelled: cancelled.right });
};

interface Found {
  readonly requests: readonly Watched[];
  readonly builds: readonly WatchedBuild[];
}

const find = async (finding: Finding, sought: Sought, id: RequestId): Promise<Either<Failure, Found>> => {
  const { request, build } = sought;
  if (build !== undefined) {
    const seen = await seeBuilder(finding);
    return right({ requests: [], builds: [watchedBuild(build, seen, finding.repeated)] });
  }
  if (request === undefined) return left(notFound(id, finding.repeated, sought));
  const watched = await watchedRequest(finding, request);
  return isLeft(watched) ? watched : right({ requests: [watched.right], builds: [] });
};

/** Each kind has a picture and a document of its own. */
const mixed = failure(
  "invalid_request",
  "Deployments and builds are watched apart; give the ids of one kind to each hd watch.",
);

const findAll = async (
  { log, roster, builder }: Bus,
  ids: readonly RequestId[],
  repeated: string,
): Promise<Either<Failure, Found>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const finding = { log, builder, enrolled: enrolled.right, repeated };
  let found: Found = { requests: [], builds: [] };
  for (const id of new Set(ids)) {
    const sought = await seekRequest(log, id)();
    if (isLeft(sought)) return sought;
    const one = await find(finding, sought.right, id);
    if (isLeft(one)) return one;
    found = {
      requests: [...found.requests, ...one.right.requests],
      builds: [...found.builds, ...one.right.builds],
    };
  }
  return found.requests.length > 0 && found.builds.length > 0 ? left(mixed) : right(found);
};

export const watch = (cli: CliEnv, connection: Connection, { ids, timeoutMs, form }: WatchArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const found = await findAll(bus, ids, connection.repeated);
    if (isLeft(found)) return found;
    const { requests, builds } = found.right;
    const how = { form, deadlineMs: timeoutMs };
    return right(
      builds.length > 0 ? await watchBuilds(cli, bus, builds, how) : await watchAll(cli, bus, requests, how),
    );
  });
