/**
 * What some two hundred hosts ran as of the middle of a log of a million records, over an open connection: against a bare consumer that
 * reads the whole log once, as whoever folds it without an index has to; and asked for the second time against the first.
 */
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import type { Bus } from "../../lib/router/ports.ts";
import { seqAt } from "../../streams/seq-at.ts";
import { statusAt } from "../../streams/status.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { type FilledLog, filledLog } from "../support/filled-log.ts";
import { rightOf } from "../support/right-of.ts";

const size = 1_000_000;
const fewestHosts = 180;

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
};

const middleOf = async ({ log }: Bus): Promise<number> => {
  const record = rightOf(await log.next(size / 2, ">")());
  if (record === undefined) throw new Error("the log ends before its middle");
  return record.atMs;
};

const ask = async ({ log }: Bus, atMs: number): Promise<void> => {
  const upTo = rightOf(await seqAt(log, atMs + 1)()) - 1;
  const hosts = rightOf(await statusAt(log, upTo)());
  if (hosts.length < fewestHosts) throw new Error(`only ${hosts.length} hosts ran anything`);
};

/** Each record is looked at, and no more. */
const scan = async (nc: NatsConnection): Promise<void> => {
  const consumer = await jetstream(nc).consumers.get("HD_AUDIT");
  let read = 0;
  const messages = await consumer.consume({ max_messages: 10_000 });
  for await (const message of messages) {
    read += message.data.length > 0 ? 1 : 0;
    if (message.info.pending === 0) break;
  }
  if (read < size) throw new Error(`the bare consumer read ${read} of ${size} records`);
};

const whole = async (place: Place) => {
  const filled = await filledLog(place, size);
  const [bus, nc] = [await filled.bus(), await filled.bareClient()];
  const atMs = await middleOf(bus);
  const turns = { warmUps: 0, rounds: 1 };
  return alternate({ ...turns, ours: () => timed(() => ask(bus, atMs)), limit: () => timed(() => scan(nc)) });
};

/** Over a connection of its own, which has asked nothing yet. */
const asker = async (filled: FilledLog) => {
  const bus = await filled.bus();
  const atMs = await middleOf(bus);
  return () => timed(() => ask(bus, atMs));
};

const again = async (place: Place) => {
  const filled = await filledLog(place, size);
  const first = async () => (await asker(filled))();
  const second = async () => {
    const call = await asker(filled);
    await call();
    return call();
  };
  return alternate({ warmUps: 3, rounds: 15, ours: second, limit: first });
};

const row = { unit: "ms", direction: "at most" } as const;

export const statusRows: readonly Row[] = [
  { ...row, name: "status-at", bar: 1.5, measure: whole },
  { ...row, name: "status-at-again", bar: 1.2, measure: again },
];
