/**
 * Whether this host has answered a request before. Of a request that comes for the first time only the journals are asked,
 * of one that the log hands over again also the log, for the newest refusal and the newest ends. Where neither can tell, the
 * request must not run.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { responseSubject } from "../contract/address.ts";
import { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Origin } from "../contract/route.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { RequestId } from "../contract/values.ts";
import type { LogReader, Stored } from "../router/ports.ts";

export interface Memory {
  readonly host: HostIdentity;
  /** The sequence of the request that an id was accepted for. */
  readonly takenAs: (id: RequestId) => Promise<number | undefined>;
  readonly log: Pick<LogReader, "last">;
}

type Answer = Either<Failure<"invalid_request" | "interrupted" | "unreachable">, "new" | "taken">;

const reused = ({ id }: Origin, seq: number): Answer =>
  left(
    failure(
      "invalid_request",
      `The id ${id} was used before, for the request at ${seq} of the log. Send the request again with an id of its own.`,
    ),
  );

const unclear = ({ id }: Origin, { hostname }: HostIdentity): Answer =>
  left(
    failure(
      "interrupted",
      `${hostname} was restarted while it held request ${id} and did not run it. Send the request again.`,
    ),
  );

/** The sequence of the request that a record answers; `undefined` when it cannot be read. */
const seqAnswered = ({ body }: Stored): number | undefined => {
  try {
    const event = DeployEvent.lenient(JSON.parse(body));
    return isLeft(event) ? undefined : event.right.request_seq;
  } catch {
    return undefined;
  }
};

/** A record that is older than the request, as in a log that was made anew, cannot be its answer. */
const answers = (record: Stored | undefined, { seq }: Origin): boolean =>
  record !== undefined && record.seq > seq && seqAnswered(record) === seq;

/** The journal may be lost where the log has the end; a newer refusal of another request may hide its own. */
const byNewest = (
  origin: Origin,
  host: HostIdentity,
  [rejected, ...ended]: readonly (Stored | undefined)[],
): Answer => {
  if ([rejected, ...ended].some((record) => answers(record, origin))) return right("taken");
  return rejected === undefined || rejected.seq < origin.seq ? right("new") : unclear(origin, host);
};

const askLog = async ({ host, log }: Memory, origin: Origin): Promise<Answer> => {
  const newest: (Stored | undefined)[] = [];
  for (const status of ["rejected", "failed", "completed"] as const) {
    const found = await log.last(responseSubject(host.tier, host.hostname, status))();
    if (isLeft(found)) return left(failure("unreachable", found.left.message));
    newest.push(found.right);
  }
  return byNewest(origin, host, newest);
};

/** Right `taken`: nothing is left to do for this request. Left: it must be refused. */
export const answeredBefore =
  (memory: Memory) =>
  (origin: Origin): TaskEither<Failure<"invalid_request" | "interrupted" | "unreachable">, "new" | "taken"> =>
  async () => {
    const seq = await memory.takenAs(origin.id);
    if (seq === undefined) return origin.redelivered ? askLog(memory, origin) : right("new");
    return seq === origin.seq ? right("taken") : reused(origin, seq);
  };
