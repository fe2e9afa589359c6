/**
 * Answers about the log that the server's own index gives, whatever the size of the log: how many records match, which
 * subjects there are, and the newest record of each, also as of an earlier sequence.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import { logStream } from "../contract/log-names.ts";
import type { LogIndex, Stored } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import { chunksOf } from "./chunks-of.ts";
import { directGet, directGetLast, directGetMany, directGetManyAs } from "./direct-get.ts";
import type { Trouble } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";
import { newestByHalving } from "./newest-by-halving.ts";
import { batchServer, isAtLeast } from "./server-version.ts";

const deadlineMs = 10_000;

const inVain = ({ failure }: Trouble): Failure => failure;

/** A server answers with the newest of at most 1024 subjects, and refuses where more match. */
const most = 512;

/** Subjects that are asked for at once, each by itself. */
const together = 32;

const subjectCounts = async ({ nc, api }: Link, filter: string, timeout: number): Promise<Map<string, number>> => {
  const { streams } = await jetstreamManager(nc, { apiPrefix: api, checkAPI: false, timeout });
  const { state } = await streams.info(logStream, { subjects_filter: filter });
  return new Map(Object.entries(state.subjects ?? {}));
};

/** With the first record an answer says how many match behind it. */
const counted = directGetManyAs(({ headers }) => 1 + Number(headers?.last("Nats-Num-Pending") || 0));

/** Of exactly these subjects. A cut answer goes on behind its last record. */
const newestTogether = async (
  link: Link,
  subjects: readonly string[],
  upTo: number,
  timeoutMs: number,
): Promise<readonly Stored[]> => {
  const found: Stored[] = [];
  for (let seq = 1; ; ) {
    const query = { multi_last: subjects, up_to_seq: upTo, seq, batch: 2 * most };
    const { records, cut } = await directGetMany(link, query, timeoutMs);
    found.push(...records);
    const last = records.at(-1);
    if (!cut || last === undefined) return found;
    seq = last.seq + 1;
  }
};

/** For servers that know only the newest of all. */
const newestAlone = async (link: Link, subject: string, upTo: number, timeoutMs: number) => {
  const newest = await directGetLast(link, subject, timeoutMs);
  if (newest === undefined || newest.seq <= upTo) return newest;
  return newestByHalving((seq) => directGet(link, { seq, next_by_subj: subject }, timeoutMs), upTo);
};

const newest = async (link: Link, filters: readonly string[], upTo: number, timeoutMs: number) => {
  const counts = await Promise.all(filters.map((filter) => subjectCounts(link, filter, timeoutMs)));
  const subjects = [...new Set(counts.flatMap((some) => [...some.keys()]))];
  const found: Stored[] = [];
  if (isAtLeast(link.nc, batchServer)) {
    for (const some of chunksOf(subjects, most)) found.push(...(await newestTogether(link, some, upTo, timeoutMs)));
  } else {
    for (const some of chunksOf(subjects, together)) {
      const all = await Promise.all(some.map((one) => newestAlone(link, one, upTo, timeoutMs)));
      found.push(...all.flatMap((one) => one ?? []));
    }
  }
  return found.sort((a, b) => a.seq - b.seq);
};

export const logIndex = (link: Link, absence: Absence): LogIndex => {
  const read = <A>(ask: (timeoutMs: number) => Promise<A>): TaskEither<Failure, A> =>
    insist(ask, { link, deadlineMs, absence, inVain });
  return {
    count: (seq, filter) =>
      read(async (timeoutMs) => {
        if (!isAtLeast(link.nc, batchServer)) return undefined;
        const { records } = await counted(link, { seq, next_by_subj: filter, batch: 1 }, timeoutMs);
        return records[0] ?? 0;
      }),
    subjects: (filter) => read((timeoutMs) => subjectCounts(link, filter, timeoutMs)),
    newest: (filters, upTo) => read((timeoutMs) => newest(link, filters, upTo, timeoutMs)),
  };
};
