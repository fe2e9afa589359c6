/** How long ago something was, in the largest unit that fits; what is long past is a date. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `2026-01-31 12:00:03Z` */
export const timestamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")}Z`;

/** `12:00:03Z` */
export const clock = (atMs: number): string => timestamp(atMs).slice(11);

/** When something ends, that may have no end of its own. */
export const untilText = (untilMs: number | undefined): string =>
  untilMs === undefined ? "until it is lifted" : `until ${timestamp(untilMs)}`;

/** Clocks differ: what seems to be in the future is now. */
export const age = (atMs: number, nowMs: number): string => {
  const ms = nowMs - atMs;
  if (ms < 1_000) return "now";
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s ago`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  if (ms < 60 * dayMs) return `${Math.floor(ms / dayMs)} days ago`;
  return timestamp(atMs).slice(0, 10);
};
