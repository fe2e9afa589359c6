/** Watches a build within a call, as ../deploying/watch.ts does deployments: told host by host, and answered in time. */
import { isLeft } from "fp-ts/lib/Either.js";
import { type BuildFollowEvent, followBuild } from "../../../streams/build-follow.ts";
import { pause } from "../../../streams/pause.ts";
import { buildStepOf } from "../../build/display.ts";
import { buildTarget, expectedHosts, type WatchedBuild } from "../../build/watched.ts";
import type { ToolContext } from "../tool.ts";
import type { LeftBuild } from "./next.ts";

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

/** Whoever builds goes on waiting for work. A place that cannot be read in time tells nothing. */
const isBuilderThere = async (builder: ToolContext["identity"]["bus"]["builder"]): Promise<boolean | undefined> => {
  const place = await Promise.race([builder()(), pause(marginMs)]);
  return place === undefined || isLeft(place) ? undefined : place.right?.present === true;
};

export const watchBuild = async (
  { log, live, builder }: ToolContext["identity"]["bus"],
  context: ToolContext,
  watched: WatchedBuild,
  forMs: number,
): Promise<LeftBuild> => {
  const deadlineMs = Math.max(0, Math.min(forMs, context.answerByMs - context.now() - marginMs));
  const { request, seen, ears } = watched;
  const how = { onEvent: telling(context, watched), deadlineMs, signal: context.signal };
  const result = await followBuild({ log, live, builder, request, seen, ears, ...how });
  const isThere = result.progress.ended ? undefined : await isBuilderThere(builder);
  return { ...watched, result, isThere, nowMs: context.now() };
};
