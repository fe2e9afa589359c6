/**
 * The log as it was when a record was its last, for a rehearsal of alerts: what came later is not there yet. Until the next record
 * comes, nothing of it can change, so an answer is kept as long: who waits asks the same again and again.
 */
import { type Either, isLeft, isRight, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { LogIndex, LogReader, Stored } from "../../lib/router/ports.ts";

/** Pages of records are large. */
const mostKept = 16;

type Answer = Either<Failure, unknown>;

/** The newest answers at one place. */
const answersAt = (upTo: () => number) => {
  const known = new Map<string, Answer>();
  let at = upTo();
  const keep = (key: string, answer: Answer): void => {
    known.delete(key);
    known.set(key, answer);
    for (const oldest of known.keys()) if (known.size > mostKept) known.delete(oldest);
  };
  const find = (key: string): Answer | undefined => {
    if (at !== upTo()) known.clear();
    at = upTo();
    return known.get(key);
  };
  return { keep, find };
};

/** Failures are not kept. */
const keeping = (upTo: () => number) => {
  const { keep, find } = answersAt(upTo);
  return <A>(key: string, ask: TaskEither<Failure, A>): TaskEither<Failure, A> =>
    async () => {
      // What stands under a key was put there by the same question.
      const answer = (find(key) as Either<Failure, A> | undefined) ?? (await ask());
      if (isRight(answer)) keep(key, answer);
      return answer;
    };
};

export interface RehearsalLog extends LogReader {
  /** Why the log could not be read, once it could not. */
  readonly failed: () => Failure | undefined;
}

/** `upTo`: the last record that is there already. */
export const logUpTo = (log: LogReader & Pick<LogIndex, "newest">, upTo: () => number): RehearsalLog => {
  const keep = keeping(upTo);
  let failed: Failure | undefined;
  const noted =
    <A>(task: TaskEither<Failure, A>): TaskEither<Failure, A> =>
    async () => {
      const answer = await task();
      if (isLeft(answer)) failed = answer.left;
      return answer;
    };
  const isThere = ({ seq }: Stored): boolean => seq <= upTo();
  const next: LogReader["next"] = (seq, filter) => async () => {
    const found = await noted(keep(`next ${seq} ${filter}`, log.next(seq, filter)))();
    return map((one: Stored | undefined) => (one !== undefined && isThere(one) ? one : undefined))(found);
  };
  const range: LogReader["range"] = (seq, filter, limit) => async () => {
    if (seq > upTo()) return right([]);
    const found = await noted(keep(`range ${seq} ${filter} ${limit}`, log.range(seq, filter, limit)))();
    return map((all: readonly Stored[]) => all.filter(isThere))(found);
  };
  const last: LogReader["last"] = (filter) => async () =>
    map((all: readonly Stored[]) => all.at(-1))(await noted(log.newest([filter], upTo()))());
  return { next, range, last, end: () => async () => right(upTo()), failed: () => failed };
};
