/**
 * Reads the log. A read bridges a short outage by itself; whoever follows the log for longer decides what a failure means.
 * Only the permission for direct gets is needed, and for `last` of one subject only that subject's.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { LogReader, Stored } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import { directGet, directGetLast, directGetMany, type Page, type Reach } from "./direct-get.ts";
import type { Trouble } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";
import { batchServer, isAtLeast } from "./server-version.ts";
import { windowedGet } from "./windowed-get.ts";

const deadlineMs = 5_000;

const inVain = ({ failure }: Trouble): Failure => failure;

const isPattern = (filter: string): boolean => /[*>]/.test(filter);

/** As many pages as it takes. */
const collect = async (page: (seq: number, limit: number) => Promise<Page>, seq: number, limit: number) => {
  const found: Stored[] = [];
  for (let from = seq; found.length < limit; from = (found.at(-1)?.seq ?? from) + 1) {
    const { records, cut } = await page(from, limit - found.length);
    found.push(...records);
    if (!cut || records.length === 0) break;
  }
  return found;
};

/** Of the log, or of another stream that is named. */
export const logReader = (link: Link & Pick<Reach, "stream">, absence: Absence): LogReader => {
  const { nc } = link;
  const read = <A>(ask: (timeoutMs: number) => Promise<A>): TaskEither<Failure, A> =>
    insist(ask, { link, deadlineMs, absence, inVain });
  const newest = (filter: string, timeoutMs: number): Promise<Stored | undefined> =>
    isPattern(filter) ? directGet(link, { last_by_subj: filter }, timeoutMs) : directGetLast(link, filter, timeoutMs);

  return {
    next: (seq, filter) => read((timeoutMs) => directGet(link, { seq, next_by_subj: filter }, timeoutMs)),
    last: (filter) => read((timeoutMs) => newest(filter, timeoutMs)),
    end: () => read(async (timeoutMs) => (await newest(">", timeoutMs))?.seq ?? 0),
    range: (seq, filter, limit) =>
      read(async (timeoutMs) => {
        const first = (from: number) => directGet(link, { seq: from, next_by_subj: filter }, timeoutMs);
        if (limit === 1) return [await first(seq)].filter((one) => one !== undefined);
        const batch = (from: number, most: number) =>
          directGetMany(link, { seq: from, next_by_subj: filter, batch: most }, timeoutMs);
        return collect(isAtLeast(nc, batchServer) ? batch : windowedGet(first), seq, limit);
      }),
  };
};
