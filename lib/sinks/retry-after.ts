/** How long a sink wants to be left alone, by the header Retry-After: seconds, or a date. At most a quarter of an hour. */

const mostMs = 15 * 60_000;

const waitMs = (value: string, nowMs: number): number =>
  /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;

/** `undefined`: it does not say, or says nothing that can be read. */
export const retryAfterMs = (value: string | null, nowMs: number): number | undefined => {
  const ms = value === null ? Number.NaN : waitMs(value, nowMs);
  return Number.isNaN(ms) ? undefined : Math.min(mostMs, Math.max(0, ms));
};
