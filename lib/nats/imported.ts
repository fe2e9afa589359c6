/**
 * The times of records that were imported. JetStream gives each the time at which the import stored it, so the importer sends
 * the true one along as a header. Any publisher could: it is believed only of records that the stream's own metadata counts
 * among the imported, which takes the right to edit the stream.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { importedKey, storedAtHeader } from "../contract/log-names.ts";
import type { RawRecord } from "../router/records.ts";
import { troubleOf } from "./failures.ts";
import type { Link } from "./link.ts";

interface Place extends Pick<Link, "nc" | "api"> {
  readonly stream: string;
}

const answerMs = 2_000;

const ask = async ({ nc, api, stream }: Place): Promise<number> => {
  try {
    const { streams } = await jetstreamManager(nc, { apiPrefix: api, checkAPI: false, timeout: answerMs });
    const { config } = await streams.info(stream);
    return Number(config.metadata?.[importedKey]) || 0;
  } catch (thrown) {
    // Whoever may not ask takes the server's word for the time, as for everything else.
    if (troubleOf(thrown).kind === "final") return 0;
    throw thrown;
  }
};

/** Asked once for each connection and stream. */
const known = new WeakMap<NatsConnection, Map<string, Promise<number>>>();

/** The last record that was imported into the stream; 0: none was, or this identity may not know. */
export const importedTo = (place: Place): Promise<number> => {
  const ofConnection = known.get(place.nc) ?? new Map<string, Promise<number>>();
  known.set(place.nc, ofConnection);
  const asked = ofConnection.get(place.stream) ?? ask(place);
  ofConnection.set(place.stream, asked);
  asked.catch(() => ofConnection.delete(place.stream));
  return asked;
};

/** The importer's is the last: what a publisher sent by that name was there before. */
const restored = (record: RawRecord): RawRecord => {
  const time = record.headers.get(storedAtHeader)?.at(-1) ?? record.time;
  const sent = [...record.headers].map(
    ([name, values]) => [name, name === storedAtHeader ? values.slice(0, -1) : values] as const,
  );
  return { ...record, time, headers: new Map(sent.filter(([, values]) => values.length > 0)) };
};

/** As they were in the log that they come from. */
export const withStoredTimes = async (place: Place, records: readonly RawRecord[]): Promise<readonly RawRecord[]> => {
  if (!records.some(({ headers }) => headers.has(storedAtHeader))) return records;
  const imported = await importedTo(place);
  return records.map((record) => (record.seq <= imported ? restored(record) : record));
};
