/**
 * Whether this host has answered a request before. Of a request that comes for the first time only the journals are asked,
 * of one that the log hands over again also the log, for the newest refusal and the newest ends. Where neither can tell, the
 * request must not run.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Origin } from "../contract/route.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { RequestId } from "../contract/values.ts";
import type { Stored } from "../router/ports.ts";
import { answers, newest, type OwnLog } from "./in-log.ts";

export interface Memory extends Pick<OwnLog, "host" | "log"> {
  /** The sequence of the request that an id was accepted for. */
  readonly takenAs: (id: RequestId) => Promise<number | undefined>;
}

type Answer = Either<Failure<"invalid_request" | "interrupted" | "unreachable">, "new" | "taken">;

const byJournal = ({ id, seq: own }: Origin, seq: number): Answer =>
  seq === own
    ? right("taken")
    : left(
        failure(
          "invalid_request",
          `The id ${id} was used before, for the request at ${seq} of the log. Send the request again with an id of its own.`,
        ),
      );

const unclear = ({ id }: Origin, { hostname }: HostIdentity): Failure<"interrupted"> =>
  failure(
    "interrupted",
    `${hostname} was restarted while it held request ${id} and did not run it. Send the request again.`,
  );

const begun = ({ id }: Origin, { hostname }: HostIdentity): Failure<"interrupted"> =>
  failure(
    "interrupted",
    `Request ${id} was begun by a listener of ${hostname} whose journal is not here, so it was not run again. See what runs there, and that the name has one machine, then deploy again.`,
  );

/** The journal may be lost where the log has the end; a newer refusal of another request may hide its own. */
const byNewest = (
  origin: Origin,
  host: HostIdentity,
  [rejected, started, ...ended]: readonly (Stored | undefined)[],
): Answer => {
  if ([rejected, ...ended].some((record) => answers(record, origin.seq))) return right("taken");
  if (answers(started, origin.seq)) return left(begun(origin, host));
  const isNew = rejected === undefined || rejected.seq < origin.seq;
  // One that a newer one took the place of is not run in any case, and that can be told.
  if (origin.newer !== undefined) return right("new");
  // The log may be in the hands of whoever had it handed over again.
  return isNew && origin.vouched.seenBefore !== true ? right("new") : left(unclear(origin, host));
};

const asked = ["rejected", "started", "failed", "completed", "applied"] as const;

const askLog = async (memory: Memory, origin: Origin): Promise<Answer> => {
  const found = await Promise.all(asked.map((status) => newest(memory, status)));
  const records: (Stored | undefined)[] = [];
  for (const one of found) {
    if (isLeft(one)) return left(failure("unreachable", one.left.message));
    records.push(one.right);
  }
  return byNewest(origin, memory.host, records);
};

/** A journal that cannot be read now may be the one of this very request. */
const takenAs = async ({ host, takenAs: ask }: Memory, id: RequestId) => {
  try {
    return right(await ask(id));
  } catch (thrown) {
    return left(failure("unreachable", `The journals of ${host.hostname} cannot be read: ${causeOf(thrown)}.`));
  }
};

/**
 * Right `taken`: nothing is left to do for this request. Left: it must not run; `unreachable` means that nobody can tell now,
 * so it has to be asked again.
 */
export const answeredBefore =
  (memory: Memory) =>
  (origin: Origin): TaskEither<Failure<"invalid_request" | "interrupted" | "unreachable">, "new" | "taken"> =>
  async () => {
    const found = await takenAs(memory, origin.id);
    if (isLeft(found)) return found;
    if (found.right !== undefined) return byJournal(origin, found.right);
    return origin.redelivered || origin.vouched.seenBefore === true ? askLog(memory, origin) : right("new");
  };
