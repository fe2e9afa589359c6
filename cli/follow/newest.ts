/** What the hosts have said by now of what a cancel was to end: they went on while it was on its way. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { LogReader } from "../../lib/router/ports.ts";
import { shownOf } from "../../streams/show.ts";
import type { Observed } from "./watched.ts";

/** What cannot be read again stays as it was read before. */
export const withNewest = async (log: LogReader, observed: Observed): Promise<Observed> => {
  if (observed.cancelled === undefined || observed.result.end === "aborted") return observed;
  const shown = await shownOf(log, observed.hosts, observed.cancelled.request)();
  return isLeft(shown) ? observed : { ...observed, cancelled: shown.right };
};
