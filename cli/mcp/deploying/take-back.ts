/** Takes a wish back: a word against it in one's own name, which only whoever made it may say here. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../../lib/contract/failure.ts";
import type { RequestId } from "../../../lib/contract/values.ts";
import type { Sought } from "../../../streams/seek-request.ts";
import { wishesWithId, wishState } from "../../../streams/wishes.ts";
import { denyWish } from "../../work/deny-wish.ts";
import { notFound } from "../../work/not-found.ts";
import type { Identity, ToolContext, ToolFailure } from "../tool.ts";
import type { Outcome } from "./outcome.ts";
import { wishedFor } from "./wished-for.ts";

const identitiesOf = async ({ identity, admin }: ToolContext): Promise<readonly Identity[]> => {
  const other = await admin?.();
  return other === undefined || isLeft(other) ? [identity] : [identity, other.right];
};

export const takeBack = async (
  id: RequestId,
  reason: string | undefined,
  context: ToolContext,
  sought: Sought,
): Promise<Either<ToolFailure, Outcome>> => {
  const { log } = context.identity.bus;
  const wishes = await wishesWithId(log, id)();
  if (isLeft(wishes)) return wishes;
  const [wish] = wishes.right;
  if (wish === undefined)
    return left({ ...notFound(id, context.options.repeated, sought), hint: "See deployments_list." });
  const own = (await identitiesOf(context)).find(({ requester }) => requester === wish.requester);
  if (own === undefined)
    return left({
      ...failure("unauthorized", `Wish ${id} is ${wish.requester}'s.`),
      hint: "A person can deny it: hd deny.",
    });
  const state = await wishState(log, wish, context.now())();
  if (isLeft(state)) return state;
  if (state.right.kind === "denied") return right(wishedFor([wish], state.right));
  if (state.right.kind === "expired") return right(wishedFor([wish], "expired"));
  const denied = await denyWish({ requester: own.requester, log: own.bus.log }, wish, reason ?? "taken back")();
  if (isLeft(denied)) return denied;
  return right(wishedFor([wish], { kind: "denied", by: own.requester, reason: undefined }));
};
