/** The stream of alerts in memory: a record that names an older last one on its subject than there is, is not written. */
import { right } from "fp-ts/lib/Either.js";
import type { Alerts, LogReader, Stored } from "../../lib/router/ports.ts";

export interface MemoryAlerts extends Alerts {
  readonly records: readonly Stored[];
  /** The stream is deleted and made again. */
  readonly lose: () => void;
}

export const memoryAlerts = (readerOf: (records: readonly Stored[]) => LogReader, now: () => number): MemoryAlerts => {
  const records: Stored[] = [];
  return {
    records,
    lose: () => void records.splice(0),
    ...readerOf(records),
    append:
      ({ subject, body, msgId, after }) =>
      async () => {
        const last = records.findLast((one) => one.subject === subject)?.seq ?? 0;
        const isTaken = records.some((one) => one.msgId === msgId) || (after !== undefined && after !== last);
        if (isTaken) return right(undefined);
        const seq = records.length + 1;
        records.push({ seq, subject, atMs: now(), msgId, signature: undefined, body });
        return right(seq);
      },
  };
};
