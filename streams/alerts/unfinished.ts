/**
 * Which hosts accepted a request and have not ended it. Looked at is what a host accepted last: it takes one request at a time,
 * so whatever it accepted before is over, even where its end was lost.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { answersFrom } from "../answers-from.ts";
import type { ResponseRecord } from "../records.ts";
import { type Ask, asked, eachHost, type LackLog, type Lacks, type Newest, responseIn } from "./lacks.ts";

/** So much a host says of others before it ends one that it is at: refusals, mostly. */
const most = 1_024;

/** It ended something since: mostly this. Else it is an older one, told late by a listener that was away. */
const isEndedIn = async (
  log: LackLog,
  { seq: from, host, event }: ResponseRecord,
  { completed, failed }: Newest,
): Promise<Either<Failure, boolean>> => {
  const later = [completed, failed].flatMap((one) => (one !== undefined && one.seq > from ? [one] : []));
  const { request_seq: requestSeq } = event;
  // Of an older host nobody can tell what it ended.
  if (later.length === 0 || requestSeq === undefined) return right(later.length > 0);
  if (later.some((one) => responseIn(one)?.event.request_seq === requestSeq)) return right(true);
  const isLast = ({ status }: ResponseRecord): boolean => status === "completed" || status === "failed";
  const answers = await answersFrom(log, { requestSeq, filter: `hd.res.*.${host}.*`, from, most, isLast });
  return isLeft(answers) ? answers : right(answers.right.some(isLast));
};

/** Of a host that never accepted anything, or whose newest acceptance cannot be read: it lacks nothing. */
export const unfinishedIn = (log: LackLog, newest: Ask<ReadonlyMap<ResponseRecord["host"], Newest>>): Ask<Lacks> =>
  asked(async (upTo) => {
    const hosts = await newest(upTo);
    if (isLeft(hosts)) return hosts;
    return eachHost(hosts.right, async (_host, of) => {
      const by = responseIn(of.accepted);
      if (by === undefined) return right(undefined);
      const ended = await isEndedIn(log, by, of);
      if (isLeft(ended)) return ended;
      return right(ended.right ? undefined : { sinceMs: by.atMs, by });
    });
  });
