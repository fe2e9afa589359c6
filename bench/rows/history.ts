/**
 * The last twenty deployments, over an open connection: of all, of a busy host, of a rare host, and those that failed, in logs
 * of three sizes. The limit is a bare consumer that is told where to begin and reads as many records of the same subjects,
 * three times that long, and 25 ms. How it grows: the largest log against the smallest.
 */
import { type DeliverPolicy, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import type { HostName } from "../../lib/contract/names.ts";
import { type HistoryLog, history } from "../../streams/history.ts";
import { filtersFor, type HistoryQuery } from "../../streams/history-query.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { type FilledLog, filledLog } from "../support/filled-log.ts";
import { rightOf } from "../support/right-of.ts";

const queries: Readonly<Record<string, HistoryQuery>> = {
  overall: { limit: 20 },
  host: { limit: 20, host: "busy1" as HostName },
  rare: { limit: 20, host: "rare1" as HostName },
  failed: { limit: 20, status: "failed" },
};

const sizes: Readonly<Record<string, number>> = { "10k": 10_000, "1m": 1_000_000, "3m": 3_000_000 };

const slack = { times: 3, ms: 25 };
const mostGrowth = 1.5;
const turns = { warmUps: 5, rounds: 21 };

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
};

/** What a page reads: from where on, and how many records of these subjects. */
interface Known {
  readonly from: number;
  readonly records: number;
  readonly filters: readonly string[];
}

const knownOf = async (log: HistoryLog, query: HistoryQuery): Promise<Known> => {
  const { rows } = rightOf(await history(log)(query)());
  if (rows.length === 0) throw new Error("there is no such deployment");
  const from = rows.at(-1)?.seq ?? 1;
  const filters = filtersFor(query);
  const counts = await Promise.all(filters.map(async (filter) => rightOf(await log.count(from, filter)()) ?? 0));
  return { from, records: counts.reduce((sum, count) => sum + count, 0), filters };
};

const bareRead = async (nc: NatsConnection, { from, records, filters }: Known): Promise<void> => {
  const consumer = await jetstream(nc).consumers.get("HD_AUDIT", {
    filter_subjects: [...filters],
    deliver_policy: "by_start_sequence" as DeliverPolicy,
    opt_start_seq: from,
  });
  let read = 0;
  for await (const message of await consumer.fetch({ max_messages: records })) read += message.data.length > 0 ? 1 : 0;
  await consumer.delete();
  if (read < records) throw new Error(`the bare consumer read ${read} of ${records} records`);
};

/** The history of a log, each time asked anew. */
const reader = async (filled: FilledLog, query: HistoryQuery) => {
  const { log } = await filled.bus();
  return { log, read: () => timed(async () => rightOf(await history(log)(query)())) };
};

const ofSize = (query: HistoryQuery, size: number) => async (place: Place) => {
  const filled = await filledLog(place, size);
  const { log, read } = await reader(filled, query);
  const known = await knownOf(log, query);
  const nc = await filled.bareClient();
  const { ours, limit } = await alternate({ ...turns, ours: read, limit: () => timed(() => bareRead(nc, known)) });
  return { ours, limit: slack.times * limit + slack.ms };
};

const growth = (query: HistoryQuery, small: number, large: number) => async (place: Place) => {
  const { read: limit } = await reader(await filledLog(place, small), query);
  const { read: ours } = await reader(await filledLog(place, large), query);
  return alternate({ ...turns, ours, limit });
};

const row = { unit: "ms", direction: "at most" } as const;
const { "10k": small = 0, "3m": large = 0 } = sizes;

export const historyRows: readonly Row[] = Object.entries(queries).flatMap(([name, query]) => [
  ...Object.entries(sizes).map(([size, records]) => ({
    ...{ ...row, name: `history-${name}-${size}`, bar: 1 },
    measure: ofSize(query, records),
  })),
  { ...row, name: `history-${name}-growth`, bar: mostGrowth, measure: growth(query, small, large) },
]);
