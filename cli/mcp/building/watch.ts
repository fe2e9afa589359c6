/** Watches a build within a call, as ../deploying/watch.ts does deployments: told host by host, and answered in time. */
import { type BuildFollowEvent, followBuild } from "../../../streams/build-follow.ts";
import { buildStepOf } from "../../build/display.ts";
import { buildTarget, expectedHosts, type ObservedBuild, type WatchedBuild } from "../../build/watched.ts";
import type { ToolContext } from "../tool.ts";

/** To read the log once more, and to answer. */
const marginMs = 500;

/** The steps of a build before its hosts: accepted, resolve, build. */
const firstSteps = 3;

/** A step of each host has a number of its own, because progress has to rise. */
const telling = ({ progress, now }: ToolContext, watched: WatchedBuild) => {
  let [steps, total] = [0, Math.max(1, expectedHosts(watched).length)];
  return (event: BuildFollowEvent): void => {
    if (event.kind === "stalled") return;
    if (event.kind === "response") total = event.record.event.total ?? total;
    const { host, word, message } = buildStepOf(watched, event, now());
    steps += 1;
    progress(steps, Math.max(steps, total + firstSteps + 1), `${host ?? buildTarget(watched)} ${word}: ${message}`);
  };
};

export const watchBuild = async (
  { log, live, builder }: ToolContext["identity"]["bus"],
  context: ToolContext,
  watched: WatchedBuild,
  forMs: number,
): Promise<ObservedBuild> => {
  const deadlineMs = Math.max(0, Math.min(forMs, context.answerByMs - context.now() - marginMs));
  const { request, seen, ears } = watched;
  const how = { onEvent: telling(context, watched), deadlineMs, signal: context.signal };
  return { ...watched, result: await followBuild({ log, live, builder, request, seen, ears, ...how }) };
};
