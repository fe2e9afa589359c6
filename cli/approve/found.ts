/** From an id to the wish that is meant. Of two with one id nobody can say which, so neither can be approved by it. */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { type WishRecord, wishesWithId, wishState, youngWishes } from "../../streams/wishes.ts";
import { names } from "../print/names.ts";
import type { Told } from "./wish-text.ts";

const none = (id: RequestId, repeated: string): Failure =>
  failure(
    "invalid_request",
    `The log holds no wish with the id ${id}. See those that wait: hd approve --list${repeated}. A log that was made before there were wishes takes none until: hd streams apply --update`,
  );

const several = (id: RequestId, all: readonly Told[]): Failure => {
  const who = names(all.map(({ wish }) => `${wish.requester} at ${wish.seq} in the log`));
  return failure(
    "invalid_request",
    `${all.length} wishes have the id ${id} (${who}), so it does not say which is meant. Deny them with: hd deny ${id}`,
  );
};

/** Each with what became of it. */
export const toldWishes = async (
  log: LogReader,
  wishes: readonly WishRecord[],
  nowMs: number,
): Promise<Either<Failure, readonly Told[]>> => {
  const all: Told[] = [];
  for (const wish of wishes) {
    const state = await wishState(log, wish, nowMs)();
    if (isLeft(state)) return state;
    all.push({ wish, state: state.right });
  }
  return right(all);
};

/** Those that wait for a person's word, in the order of the log. */
export const openWishes = async (log: LogReader, nowMs: number): Promise<Either<Failure, readonly Told[]>> => {
  const wishes = await youngWishes(log, nowMs)();
  if (isLeft(wishes)) return wishes;
  const all = await toldWishes(log, wishes.right, nowMs);
  return map((every: readonly Told[]) => every.filter(({ state }) => state.kind === "open"))(all);
};

/** All that have the id; at least one. */
export const told = async (
  log: LogReader,
  id: RequestId,
  { repeated, nowMs }: { readonly repeated: string; readonly nowMs: number },
): Promise<Either<Failure, readonly Told[]>> => {
  const wishes = await wishesWithId(log, id)();
  if (isLeft(wishes)) return wishes;
  return wishes.right.length === 0 ? left(none(id, repeated)) : toldWishes(log, wishes.right, nowMs);
};

export const onlyOne = (id: RequestId, [one, ...more]: readonly Told[]): Either<Failure, Told> =>
  one === undefined || more.length > 0 ? left(several(id, one === undefined ? more : [one, ...more])) : right(one);
