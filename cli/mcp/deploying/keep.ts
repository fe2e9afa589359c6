/** Keeps in the log what was not sent: wishes for a person, and what a person declined. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { plain } from "../../../lib/contract/plain.ts";
import type { WishRecord } from "../../../streams/wishes.ts";
import { denyWish } from "../../work/deny-wish.ts";
import type { Identity, ToolContext, ToolFailure } from "../tool.ts";
import type { Before } from "./again.ts";
import { storeWish } from "./store-wish.ts";
import type { Wanted } from "./wanted.ts";

type Answer<A> = Promise<Either<ToolFailure, A>>;

/** With what was wished for before, if it is the same and nobody has said anything of it. */
export interface Again extends Wanted {
  readonly before: Before | undefined;
}

export const isOpen = ({ before }: Again): boolean => before?.kind === "open";

/** What is stored already is not stored again. */
export const kept = async (identity: Identity, all: readonly Again[], nowMs: number): Answer<readonly WishRecord[]> => {
  const wishes: WishRecord[] = [];
  for (const again of all) {
    const { before } = again;
    const wish = before?.kind === "open" ? right(before.wish) : await storeWish(identity, again, nowMs)();
    if (isLeft(wish)) return wish;
    wishes.push(wish.right);
  }
  return right(wishes);
};

/** How the reason begins with which a form that was declined is kept. */
export const declinedIn = "declined in ";

/** For everybody to read, and for whoever asks the same again. */
export const keptDeclined = async (
  identity: Identity,
  all: readonly Again[],
  { client, now }: ToolContext,
): Answer<readonly WishRecord[]> => {
  const wishes = await kept(identity, all, now());
  if (isLeft(wishes)) return wishes;
  const caller = { requester: identity.requester, log: identity.bus.log };
  for (const wish of wishes.right) {
    const denied = await denyWish(caller, wish, plain(`${declinedIn}${client}`, 200))();
    if (isLeft(denied)) return denied;
  }
  return wishes;
};
