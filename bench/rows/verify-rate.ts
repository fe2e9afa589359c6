/**
 * Records a second that the check of a whole log reads and judges, against a bare consumer that only receives them. Nobody
 * signed: what a signature takes is the work of the processor and of nothing here.
 */
import { type DeliverPolicy, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { connectLogRecords } from "../../lib/nats/record-reader.ts";
import { checkLog } from "../../streams/check/log-check.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { type FilledLog, filledLog } from "../support/filled-log.ts";
import { alice } from "../support/names.ts";
import { rightOf } from "../support/right-of.ts";

const records = 1_000_000;

const perSecond = async (run: () => Promise<void>): Promise<number> => {
  const startMs = performance.now();
  await run();
  return (records / (performance.now() - startMs)) * 1_000;
};

const bareRead = async (nc: NatsConnection): Promise<void> => {
  const consumer = await jetstream(nc).consumers.get("HD_AUDIT", { deliver_policy: "all" as DeliverPolicy });
  let read = 0;
  for await (const message of await consumer.consume({ max_messages: 1_000 })) {
    read += message.seq > 0 ? 1 : 0;
    if (read === records) break;
  }
  await consumer.delete();
};

const reader = async ({ servers, keyFile }: FilledLog, { undo }: Place) => {
  const credentials = { kind: "nkey", file: keyFile(alice) } as const;
  const log = rightOf(await connectLogRecords({ servers, credentials, requester: alice, notice: () => {} })());
  undo(log.close);
  return log;
};

const measure = async (place: Place) => {
  const filled = await filledLog(place, records);
  const [log, nc] = [await reader(filled, place), await filled.bareClient()];
  const around = { nowMs: Date.now(), enrolled: undefined, seen: new Map() };
  const check = checkLog(log, { name: "HD_AUDIT", around, keys: undefined });
  return alternate({
    ...{ warmUps: 1, rounds: 3 },
    ours: () => perSecond(async () => void rightOf(await check())),
    limit: () => perSecond(() => bareRead(nc)),
  });
};

export const verifyRate: Row = { name: "verify-rate", unit: "/s", bar: 0.5, direction: "at least", measure };
