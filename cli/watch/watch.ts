/** `hd watch`: finds requests in the log and watches them as if they had just been sent. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import type { RequestRecord } from "../../streams/records.ts";
import { hostsAt } from "../../streams/roster.ts";
import { findRequest } from "../../streams/show.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { watchAll } from "../follow/watch-all.ts";
import { givenWith, type Watched } from "../follow/watched.ts";
import { notFound } from "../work/not-found.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

export interface WatchArgs {
  readonly ids: readonly RequestId[];
  readonly timeoutMs: number;
  readonly form: OutputForm;
}

const watchedOf = (
  { id, seq, address, body }: RequestRecord,
  enrolled: readonly Enrolled[],
  repeated: string,
): Watched => {
  const hosts = hostsAt(enrolled, address);
  const request = { id, seq, address };
  if (isLeft(body) || body.right.route !== "deploy") {
    return { request, hosts, revision: undefined, action: undefined, expiresAtMs: undefined, given: "", repeated };
  }
  const { input } = body.right;
  const { revision, action, expires_at: expiry } = input;
  const expiresAtMs = expiry === undefined ? undefined : Date.parse(expiry);
  return { request, hosts, revision, action, expiresAtMs, given: givenWith(input), repeated };
};

const findAll = async (
  bus: Bus,
  ids: readonly RequestId[],
  repeated: string,
): Promise<Either<Failure, readonly Watched[]>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const watched: Watched[] = [];
  for (const id of new Set(ids)) {
    const found = await findRequest(bus.log, id)();
    if (isLeft(found)) return found;
    if (found.right === undefined) return left(notFound(id, repeated));
    watched.push(watchedOf(found.right, enrolled.right, repeated));
  }
  return right(watched);
};

export const watch = (cli: CliEnv, connection: Connection, { ids, timeoutMs, form }: WatchArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const watched = await findAll(bus, ids, connection.repeated);
    if (isLeft(watched)) return watched;
    return right(await watchAll(cli, bus, watched.right, { form, deadlineMs: timeoutMs }));
  });
