/** A deployment again, at the commits that its hosts resolved it to then; what it may do is decided as for any other. */
import { isLeft } from "fp-ts/lib/Either.js";
import { integer, list, prose } from "../../../lib/contract/codec.ts";
import { defaulted, optional, required, struct } from "../../../lib/contract/struct.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import { Outcome } from "../../../streams/outcome.ts";
import { carry } from "../deploying/carry.ts";
import { outcomeFields, outcomeText } from "../deploying/outcome.ts";
import { checkedReplay } from "../deploying/replayed.ts";
import { tool } from "../tool.ts";

export const deploymentsReplay = tool({
  name: "deployments_replay",
  title: "Repeat a deployment",
  description:
    "Sends a deployment again, pinned to the commit that it was: to all its hosts, to those of one outcome (only), or to other targets (to). " +
    "Use it after something outside was mended, or to take a commit from the test tier to another. Outside the test tier a person has to say so.",
  need: "deploy",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: struct("arguments of deployments_replay", {
    id: required(RequestId, "the deployment that is to be repeated"),
    only: defaulted(list(Outcome, 4), [], `only its hosts that are, each: ${Outcome.sentence}`),
    to: optional(list(prose("Target", 200), 50), "other targets than its own: prod/web1, prod/all, prod/role/web"),
    reason: optional(prose("Reason", 500), "why, for the history and for whoever is asked"),
    seconds: defaulted(integer("Seconds", 0, 45), 40, "how long to watch before the answer; the deployment goes on"),
  }),
  output: struct("answer of deployments_replay", outcomeFields),
  run: (args, context) => async () => {
    const { identity, admin } = context;
    const replayed = await checkedReplay(args, context);
    if (isLeft(replayed)) return replayed;
    const { wanted, isPlain } = replayed.right;
    const other = isPlain ? undefined : await admin?.();
    if (other !== undefined && isLeft(other)) return other;
    const how = { sendsEverywhere: other !== undefined, isOther: false, watchMs: args.seconds * 1_000 };
    return carry({ identity: other?.right ?? identity, context, ...how }, wanted);
  },
  text: outcomeText,
});
