/**
 * Watches requests together until all have ended, the time is up or the user stops it, then says how it ended: on stdout
 * the data, on stderr the way there.
 */
import type { Bus } from "../../lib/router/ports.ts";
import { follow } from "../../streams/follow.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { documentOf, line } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Display, silent } from "./display.ts";
import { deploymentContent, eventDocument } from "./document.ts";
import { exitCode } from "./exit-code.ts";
import { report } from "./report.ts";
import type { Observed, Watched } from "./watched.ts";

export interface WatchOptions {
  readonly form: OutputForm;
  readonly deadlineMs: number;
}

const displayFor = async (cli: CliEnv, form: OutputForm, all: readonly Watched[]): Promise<Display> => {
  const { stdout, stderr, env } = cli;
  if (form === "json") return silent;
  if (form === "ndjson") {
    return { ...silent, show: (watched, event) => stdout.write(line(eventDocument(watched, event))) };
  }
  if (stderr.isTTY && env["TERM"] !== "dumb") return (await import("./live-display.ts")).liveDisplay(cli, all);
  return (await import("./line-display.ts")).lineDisplay(cli, all);
};

/** How to return, once the user has had enough. */
const farewell = (all: readonly Watched[]): string =>
  [
    "Stopped watching; the deployment goes on. Return to it with:",
    ...all.map(({ request, repeated }) => `  hd watch ${request.id}${repeated}`),
    "",
  ].join("\n");

const conclude = (cli: CliEnv, form: OutputForm, all: readonly Observed[]): void => {
  const { stdout, stderr, env, now } = cli;
  const stopped = all.some(({ result }) => result.end === "aborted");
  if (form === "json") stdout.write(documentOf("Deployment", deploymentContent(all)));
  else if (form === "ndjson") {
    stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: "Deployment", ...deploymentContent(all) }));
  } else if (stopped) stderr.write(farewell(all));
  else {
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    stdout.write(report(all, { paint: paintFor(stdout, env), width, nowMs: now() }));
  }
};

/** The exit code. */
export const watchAll = async (
  cli: CliEnv,
  { log, live, roster }: Pick<Bus, "log" | "live" | "roster">,
  all: readonly Watched[],
  { form, deadlineMs }: WatchOptions,
): Promise<number> => {
  const stop = new AbortController();
  const release = cli.onInterrupt(() => stop.abort());
  const display = await displayFor(cli, form, all);
  const watchOne = async (watched: Watched): Promise<Observed> => {
    const { request, hosts, ears } = watched;
    const onEvent = (event: Parameters<Display["show"]>[1]) => display.show(watched, event);
    return {
      ...watched,
      result: await follow({ log, live, roster, ears, request, hosts, onEvent, deadlineMs, signal: stop.signal }),
    };
  };
  const observed = await Promise.all(all.map(watchOne));
  display.close();
  release();
  conclude(cli, form, observed);
  return exitCode(observed);
};
