/**
 * How full the log is, and when it will be. It keeps what it has for as long as it is there: the one setting is how large it may
 * become, and a full log refuses what is new. Growth is the average since the first record that it still has, which whoever may
 * make the log but not read it can tell, too.
 */
import { maxRecordBytes } from "../lib/contract/log-names.ts";
import type { FoundStream } from "../lib/router/provisioner.ts";

/** @internal From here on somebody has to be told. The one place that says so. */
export const alertShare = 0.8;

export interface Room {
  readonly records: number;
  readonly usedBytes: number;
  /** `undefined`: no bound, and the disk is what fills. */
  readonly maxBytes: number | undefined;
  /** Of 1. */
  readonly share: number;
  readonly bytesPerDay: number | undefined;
  /** At this rate. `undefined`: never, or in a time that nobody plans for. */
  readonly fullAtMs: number | undefined;
  /** `full`: it takes no more record of the largest size. */
  readonly state: "free" | "nearly full" | "full";
}

const dayMs = 86_400_000;

/** A rate that is taken from less says nothing. */
const leastMs = 3_600_000;

/** The last moment that a date can name in four digits is far enough. */
const farMs = Date.UTC(9999, 11, 31);

const stateOf = (usedBytes: number, maxBytes: number | undefined): Room["state"] => {
  if (maxBytes === undefined) return "free";
  if (usedBytes + maxRecordBytes > maxBytes) return "full";
  return usedBytes >= alertShare * maxBytes ? "nearly full" : "free";
};

export const roomOf = ({ settings, usedBytes, records, firstAtMs }: FoundStream, nowMs: number): Room => {
  const maxBytes = settings.maxBytes > 0 ? settings.maxBytes : undefined;
  const sinceMs = firstAtMs === undefined ? 0 : nowMs - firstAtMs;
  const bytesPerDay = records === 0 || sinceMs < leastMs ? undefined : (usedBytes / sinceMs) * dayMs;
  const leftBytes = maxBytes === undefined ? Number.POSITIVE_INFINITY : Math.max(0, maxBytes - usedBytes);
  const fullAtMs = bytesPerDay === undefined ? farMs : nowMs + (leftBytes / bytesPerDay) * dayMs;
  return {
    ...{ records, usedBytes, maxBytes, bytesPerDay },
    share: maxBytes === undefined ? 0 : usedBytes / maxBytes,
    fullAtMs: fullAtMs < farMs ? fullAtMs : undefined,
    state: stateOf(usedBytes, maxBytes),
  };
};
