/**
 * Asks NATS until it answers: through timeouts, elections and lost connections, until a deadline, but not through what
 * waiting cannot change. Only for requests that may be repeated, which an append is because it carries a message id.
 */
import { type Either, isRight, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { errors } from "nats";
import type { Failure } from "../contract/failure.ts";
import type { Absence } from "./absence.ts";
import { disconnected, type Trouble, troubleOf } from "./failures.ts";
import type { Link } from "./link.ts";

export interface Insistence {
  readonly link: Link;
  readonly deadlineMs: number;
  readonly absence: Absence;
  /** The failure when it ends without an answer. `unknown`: the request may have been carried out. */
  readonly inVain: (last: Trouble, unknown: boolean) => Failure;
}

/** Asks once, and gives up after `timeoutMs`. */
export type Ask<A> = (timeoutMs: number) => Promise<A>;

/** The longest wait for one answer. A request that went astray is repeated after it. */
const answerMs = 2_000;

/** A moment longer each time; apart from each other, so that many hosts do not ask at once. */
const pauseMs = (attempt: number): number => Math.min(25 * 2 ** attempt, 1_000) * (0.5 + Math.random());

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/** Waits for the link first: what is sent while it is down is lost. */
const once = async <A>(ask: Ask<A>, link: Link, leftMs: number): Promise<Either<Trouble, A>> => {
  if (!link.isUp() && !link.nc.isClosed()) await link.change(leftMs);
  if (link.nc.isClosed()) return left(troubleOf(new errors.ClosedConnectionError()));
  if (!link.isUp()) return left(disconnected);
  try {
    return right(await link.whileUp(ask(Math.min(leftMs, answerMs))));
  } catch (thrown) {
    return left(troubleOf(thrown));
  }
};

/** The failure, if asking again is of no use; keeps how long nobody has answered. */
const judge = (absence: Absence): ((trouble: Trouble) => Promise<Failure | undefined>) => {
  let sinceMs: number | undefined;
  return async ({ kind, failure }) => {
    const nowMs = performance.now();
    sinceMs = kind === "unanswered" ? (sinceMs ?? nowMs) : undefined;
    if (kind === "final") return failure;
    return sinceMs === undefined ? undefined : absence(nowMs - sinceMs);
  };
};

const askUntilAnswered = async <A>(
  ask: Ask<A>,
  { link, deadlineMs, absence, inVain }: Insistence,
): Promise<Either<Failure, A>> => {
  const endMs = performance.now() + deadlineMs;
  const finalFailure = judge(absence);
  for (let attempt = 0, unknown = false; ; attempt++) {
    const answer = await once(ask, link, Math.max(1, endMs - performance.now()));
    if (isRight(answer)) return answer;
    unknown ||= answer.left.unknown;
    const failure = await finalFailure(answer.left);
    const delayMs = failure === undefined ? pauseMs(attempt) : Number.POSITIVE_INFINITY;
    if (performance.now() + delayMs >= endMs) return left((!unknown && failure) || inVain(answer.left, unknown));
    await pause(delayMs);
  }
};

/** Right: the answer. Left: what waiting cannot change, at once; or, at the deadline, what `inVain` makes of the last trouble. */
export const insist =
  <A>(ask: Ask<A>, insistence: Insistence): TaskEither<Failure, A> =>
  () =>
    askUntilAnswered(ask, insistence);
