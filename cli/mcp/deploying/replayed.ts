/** From a deployment that was to one that is wanted again: planned as `hd replay` does, with who asks for it now. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../../lib/contract/codec.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { known } from "../../../lib/contract/known.ts";
import { Commit, type RequestId } from "../../../lib/contract/values.ts";
import type { Outcome } from "../../../streams/outcome.ts";
import { planReplay } from "../../replay/replay.ts";
import type { Order } from "../../work/order.ts";
import { resolveTargets } from "../../work/targets.ts";
import { needsWord } from "../policy.ts";
import type { ToolContext, ToolFailure } from "../tool.ts";
import { calledBy, tiersOf, type Wanted } from "./wanted.ts";

export interface ReplayedArgs {
  readonly id: RequestId;
  readonly only: readonly Outcome[];
  readonly to?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

const expiresMs = 60 * 60_000;

const calledFor = (order: Order, context: ToolContext): Order => {
  const { input } = order.body;
  return { ...order, body: { route: "deploy", input: { ...input, ...known(calledBy(context)) } } };
};

interface Replayed {
  readonly wanted: readonly Wanted[];
  /** Nobody has to say a word. */
  readonly isPlain: boolean;
}

const contradiction: ToolFailure = failure(
  "invalid_request",
  "Nothing was sent: only is for its own hosts, and to for others. Give one of them.",
);

export const checkedReplay = async (
  { id, only, to = [], reason }: ReplayedArgs,
  context: ToolContext,
): Promise<Either<ToolFailure, Replayed>> => {
  if (only.length > 0 && to.length > 0) return left(contradiction);
  const { identity, options, now } = context;
  const targets = resolveTargets(to, options.env);
  if (isLeft(targets)) return targets;
  const args = { id, only, reason, expiresMs, overrideFreeze: false, asOfBranch: false, to: targets.right };
  const plan = await planReplay(identity.bus, args, options.repeated, now());
  if (isLeft(plan)) return plan;
  const wanted = plan.right.orders.map((order) => ({
    order: calledFor(order, context),
    commit: read(Commit, order.body.input.revision),
  }));
  const tiers = { tiers: tiersOf(wanted), unconfirmed: options.unconfirmed };
  return right({ wanted, isPlain: !needsWord(tiers) });
};
