/**
 * How a job comes to its order: it claims the request, and then reads the journal once more. The order matters: a job that is
 * late may have read a journal that a listener has ended and put away since, and with it the claim that stood in its way.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { isTerminal, type RequestId } from "../contract/values.ts";
import { claim } from "./claim.ts";
import type { ProcessIdentity } from "./holder-file.ts";
import type { JobOrder } from "./job-order.ts";
import { readJournal } from "./journal.ts";

/** Left: why this process must not run it. */
export const takeJob = async (dir: string, id: RequestId, self: ProcessIdentity): Promise<Either<string, JobOrder>> => {
  // A claim for a request that nobody accepted would stay for ever.
  const before = await readJournal(dir, id);
  if (isLeft(before)) return before;
  if (!(await claim(dir, id, self))) return left(`${id} has been started before; it runs once`);
  const journal = await readJournal(dir, id);
  if (isLeft(journal)) return journal;
  const { order, events } = journal.right;
  return events.some(({ status }) => isTerminal(status)) ? left(`${id} has ended without it`) : right(order);
};
