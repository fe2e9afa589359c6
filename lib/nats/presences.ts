/**
 * The bucket of presences over NATS, as raw requests: a put needs one permission and a read two, and no client of buckets is
 * needed. A value that a host left empty ends an answer of many early, so whoever is missing then is asked for alone.
 */
import { JetStreamApiError, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { left, orElse, right, type TaskEither, tryCatch } from "fp-ts/lib/TaskEither.js";
import { errors } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { presenceBucket, presenceStream, presenceSubject } from "../contract/log-names.ts";
import type { HostName } from "../contract/names.ts";
import type { Announcing, Presences, Stored } from "../router/ports.ts";
import { absenceOf } from "./absence.ts";
import { chunksOf } from "./chunks-of.ts";
import { directGetLast, directGetMany, type Reach } from "./direct-get.ts";
import { disconnected, missingLog, type Trouble, troubleOf } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";
import { batchServer, isAtLeast } from "./server-version.ts";

const putMs = 5_000;

const missingBucket = failure(
  "unaudited",
  `The bucket ${presenceBucket} does not answer, so hd hosts cannot tell how this host is when it is away. If it was never made, make it with \`hd streams apply\`.`,
);

const isUnanswered = (thrown: unknown): boolean => troubleOf(thrown).kind === "unanswered";

const notPut = (thrown: unknown): Failure => {
  if (thrown instanceof errors.TimeoutError || isUnanswered(thrown)) return missingBucket;
  if (thrown instanceof JetStreamApiError)
    return failure("unaudited", `The bucket ${presenceBucket} did not take what this host is like: ${thrown.message}.`);
  return troubleOf(thrown).failure;
};

const watchMs = 60_000;

export const announcingOf = (link: Link, host: HostName): Announcing => {
  const js = jetstream(link.nc);
  const subject = presenceSubject(host);
  // Without a message id: the bucket knows ids of all hosts together, so another could use up one that it can guess.
  const publish = async (value: string): Promise<void> => {
    if (!link.isUp() || link.nc.isClosed()) throw new errors.ClosedConnectionError();
    await link.whileUp(js.publish(subject, value, { timeout: putMs, expect: { streamName: presenceStream } }));
  };
  const watch = async (callback: () => void): Promise<void> => {
    for (let wasUp = link.isUp(); !link.nc.isClosed(); await link.change(watchMs)) {
      if (link.isUp() && !wasUp) callback();
      wasUp = link.isUp();
    }
  };
  return {
    put: (value) =>
      tryCatch(
        () => publish(value),
        (thrown) => (link.isUp() ? notPut(thrown) : disconnected.failure),
      ),
    onReturn: (callback) => void watch(callback),
  };
};

const readMs = 3_000;

/** The server answers one request with at most 1024 values. */
const most = 512;

/** Single requests under way at once. */
const abreast = 64;

const alone = async (reach: Reach, subjects: readonly string[], timeoutMs: number): Promise<readonly Stored[]> => {
  const found: Stored[] = [];
  for (const some of chunksOf(subjects, abreast)) {
    const values = await Promise.all(some.map((subject) => directGetLast(reach, subject, timeoutMs)));
    found.push(...values.filter((one) => one !== undefined));
  }
  return found;
};

const together = async (reach: Reach, subjects: readonly string[], timeoutMs: number): Promise<readonly Stored[]> => {
  if (!isAtLeast(reach.nc, batchServer)) return alone(reach, subjects, timeoutMs);
  const query = { multi_last: subjects, batch: subjects.length };
  const { records, cut } = await directGetMany(reach, query, timeoutMs);
  if (!cut) return records;
  const had = new Set(records.map(({ subject }) => subject));
  const missing = subjects.filter((subject) => !had.has(subject));
  return [...records, ...(await alone(reach, missing, timeoutMs))];
};

type Found = readonly Stored[] | undefined;

const unlessMissing = orElse(
  (failed: Failure): TaskEither<Failure, Found> => (failed === missingLog ? right(undefined) : left(failed)),
);

export const presencesOf = (link: Link): Presences => {
  const reach = { nc: link.nc, api: link.api, stream: presenceStream };
  const absence = absenceOf(link, async () => {
    const { streams } = await jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout: 1_000 });
    return streams.info(presenceStream);
  });
  const ask = async (hosts: readonly HostName[], timeoutMs: number): Promise<Found> => {
    const found: Stored[] = [];
    for (const some of chunksOf(hosts.map(presenceSubject), most)) {
      found.push(...(await together(reach, some, timeoutMs)));
    }
    return found;
  };
  const insistence = { link, deadlineMs: readMs, absence, inVain: ({ failure: why }: Trouble) => why };
  return { of: (hosts) => unlessMissing(insist((timeoutMs) => ask(hosts, timeoutMs), insistence)) };
};
