/**
 * Which ids were used for a request on this host, as far as its folders tell. Their names are read once: nearly every id is
 * new, and a listener is alone in its folders, so what it notes from then on is all that comes in addition.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { RequestId } from "../contract/values.ts";
import { readJournal } from "./journal.ts";
import { lostSeq } from "./lost-mark.ts";
import { journalIds, type StateDir } from "./state-dir.ts";

export interface Taken {
  /** A journal is about to be made for it. */
  readonly note: (id: RequestId) => void;
  /** The sequence of the request that the id was used for. Rejects when its journal cannot be read. */
  readonly seqOf: (id: RequestId) => Promise<number | undefined>;
}

export const takenIn = ({ open, done }: StateDir): Taken => {
  const noted = new Set<RequestId>();
  let reading: Promise<ReadonlySet<RequestId>> | undefined;

  const read = async (): Promise<ReadonlySet<RequestId>> =>
    // A journal moves from open to done: read the other way round, it could be missed in both.
    new Set([...(await journalIds(open)), ...(await journalIds(done))]);

  const found = (): Promise<ReadonlySet<RequestId>> => {
    reading ??= read();
    // A folder that cannot be read now may be mended.
    reading.catch(() => {
      reading = undefined;
    });
    return reading;
  };

  const seqIn = async (dir: string, id: RequestId): Promise<number | undefined> => {
    const journal = await readJournal(dir, id);
    return isLeft(journal) ? lostSeq(dir, id) : journal.right.order.request_seq;
  };

  return {
    note: (id) => noted.add(id),
    // Of one that was noted and then abandoned, or pruned, there is no journal.
    seqOf: async (id) =>
      noted.has(id) || (await found()).has(id) ? ((await seqIn(open, id)) ?? (await seqIn(done, id))) : undefined,
  };
};
