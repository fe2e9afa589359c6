/**
 * Watches deployments within a call: told step by step to a client that asked for it, and answered in time with what there is.
 * Whoever gives the call up ends the watching; the deployment goes on.
 */
import { type FollowEvent, follow } from "../../../streams/follow.ts";
import { settled } from "../../../streams/progress.ts";
import { stepOf, type Watched } from "../../follow/watched.ts";
import type { Identity, ToolContext } from "../tool.ts";
import { deploymentsOf, type Outcome, waitsFor } from "./outcome.ts";

/** To read the log once more, and to answer. */
const marginMs = 500;

const nextOf = (isOver: boolean, all: readonly Watched[]): string => {
  const ids = all.map(({ request }) => request.id);
  if (isOver) return "It has ended. deployment_log tells more of a failure.";
  const wait = waitsFor(ids);
  return `It goes on by itself. Call ${wait} to watch on, or deployment_cancel to end it.`;
};

/** A step of each host has a number of its own, because progress has to rise. */
const telling = ({ progress, now }: ToolContext, all: readonly Watched[]) => {
  const total = all.reduce((sum, { hosts }) => sum + hosts.length, 0);
  let [steps, ended] = [0, 0];
  return (watched: Watched, event: FollowEvent): void => {
    if (event.kind === "stalled") return;
    const { host, word } = stepOf(watched, event, now());
    const isEnd = event.kind === "unreachable" || settled(new Map([[host, { kind: "ended", record: event.record }]]));
    steps += 1;
    if (isEnd) ended += 1;
    progress(steps, Math.max(steps, total * 6), `${host} ${word}, ${ended} of ${total} hosts have ended`);
  };
};

export const watch = async (
  { bus: { log, live, roster } }: Identity,
  context: ToolContext,
  all: readonly Watched[],
  forMs: number,
): Promise<Outcome> => {
  const deadlineMs = Math.max(0, Math.min(forMs, context.answerByMs - context.now() - marginMs));
  const tell = telling(context, all);
  const watching = all.map(async (watched) => {
    const { request, hosts, ears } = watched;
    const onEvent = (event: FollowEvent): void => tell(watched, event);
    const how = { onEvent, deadlineMs, signal: context.signal };
    const { states } = await follow({ log, live, roster, ears, request, hosts, ...how });
    return { watched, states };
  });
  const seen = await Promise.all(watching);
  const isOver = seen.every(({ states }) => settled(states));
  return {
    state: isOver ? "ended" : "running",
    deployments: deploymentsOf(seen),
    next: nextOf(isOver, all),
  };
};
