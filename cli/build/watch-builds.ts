/**
 * Watches builds together until all have ended, the time is up or the user stops it, then says how it ended: on stdout the
 * data, on stderr the way there. See cli/follow/watch-all.ts, which does the same for deployments.
 */
import type { Bus } from "../../lib/router/ports.ts";
import { type BuildFollowEvent, followBuild } from "../../streams/build-follow.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import type { WatchOptions } from "../follow/watch-all.ts";
import { documentOf, line } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type BuildDisplay, silent } from "./display.ts";
import { buildContent, buildEventDocument } from "./document.ts";
import { buildExit } from "./exit-code.ts";
import { buildReport } from "./report.ts";
import type { ObservedBuild, WatchedBuild } from "./watched.ts";

const displayFor = async (cli: CliEnv, form: OutputForm, all: readonly WatchedBuild[]): Promise<BuildDisplay> => {
  const { stdout, stderr, env } = cli;
  if (form === "json") return silent;
  if (form === "ndjson")
    return { ...silent, show: (watched, event) => stdout.write(line(buildEventDocument(watched, event))) };
  if (stderr.isTTY && env["TERM"] !== "dumb") return (await import("./live-display.ts")).liveDisplay(cli, all);
  return (await import("./line-display.ts")).lineDisplay(cli, all);
};

/** How to return, once the user has had enough. Whether somebody is at it was not asked. */
const farewell = (all: readonly WatchedBuild[]): string => {
  const commands = all.map(({ request, repeated }) => `  hd watch ${request.id}${repeated}\n`);
  return `Stopped watching, which stops no build. Return to it with:\n${commands.join("")}`;
};

/** What came of each, told on the way and not in the end. */
export const observeBuilds = async (
  cli: CliEnv,
  { log, live, builder }: Pick<Bus, "log" | "live" | "builder">,
  all: readonly WatchedBuild[],
  { form, deadlineMs }: WatchOptions,
): Promise<readonly ObservedBuild[]> => {
  const stop = new AbortController();
  const release = cli.onInterrupt(() => stop.abort());
  const display = await displayFor(cli, form, all);
  const watchOne = async (watched: WatchedBuild): Promise<ObservedBuild> => {
    const { request, ears, seen } = watched;
    const onEvent = (event: BuildFollowEvent) => display.show(watched, event);
    const how = { onEvent, deadlineMs, signal: stop.signal };
    return { ...watched, result: await followBuild({ log, live, builder, ears, seen, request, ...how }) };
  };
  const observed = await Promise.all(all.map(watchOne));
  display.close();
  release();
  return observed;
};

export const concludeBuilds = (
  { stdout, stderr, env, now }: CliEnv,
  form: OutputForm,
  all: readonly ObservedBuild[],
): void => {
  if (form === "json") stdout.write(documentOf("Build", buildContent(all)));
  else if (form === "ndjson")
    stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: "Build", ...buildContent(all) }));
  else if (all.some(({ result }) => result.end === "aborted")) stderr.write(farewell(all));
  else {
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    stdout.write(buildReport(all, { paint: paintFor(stdout, env), width, nowMs: now() }));
  }
};

/** The exit code. */
export const watchBuilds = async (
  cli: CliEnv,
  bus: Pick<Bus, "log" | "live" | "builder">,
  all: readonly WatchedBuild[],
  how: WatchOptions,
): Promise<number> => {
  const observed = await observeBuilds(cli, bus, all, how);
  concludeBuilds(cli, how.form, observed);
  return buildExit(observed);
};
