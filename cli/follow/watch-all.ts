/**
 * Watches requests together until all have ended, the time is up or the user stops it, then says how it ended: on stdout
 * the data, on stderr the way there.
 */
import type { Bus } from "../../lib/router/ports.ts";
import { follow } from "../../streams/follow.ts";
import type { Patience } from "../../streams/progress.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { documentOf, line } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Display, silent } from "./display.ts";
import { deploymentContent, eventDocument, kindOf } from "./document.ts";
import { exitCode } from "./exit-code.ts";
import { withNewest } from "./newest.ts";
import { report } from "./report.ts";
import { askedOf, type Observed, type Watched } from "./watched.ts";

export interface WatchOptions {
  readonly form: OutputForm;
  readonly deadlineMs: number;
}

/** A host answers control at once and with one record, so there is no way to be shown. */
const onlyTrouble = async (cli: CliEnv, all: readonly Watched[]): Promise<Display> => {
  const lines = (await import("./line-display.ts")).lineDisplay(cli, all);
  return { ...lines, show: (watched, event) => (event.kind === "stalled" ? lines.show(watched, event) : undefined) };
};

const displayFor = async (cli: CliEnv, form: OutputForm, all: readonly Watched[]): Promise<Display> => {
  const { stdout, stderr, env } = cli;
  if (form === "json") return silent;
  if (form === "ndjson") {
    return { ...silent, show: (watched, event) => stdout.write(line(eventDocument(watched, event))) };
  }
  if (all.every((watched) => askedOf(watched) !== undefined)) return onlyTrouble(cli, all);
  if (stderr.isTTY && env["TERM"] !== "dumb") return (await import("./live-display.ts")).liveDisplay(cli, all);
  return (await import("./line-display.ts")).lineDisplay(cli, all);
};

const commands = (name: string, all: readonly Watched[]): readonly string[] =>
  all.map(({ request, repeated }) => `  hd ${name} ${request.id}${repeated}`);

/** How to return, once the user has had enough, and how to put an end to it. */
const farewell = (all: readonly Watched[]): string => {
  const deployments = all.filter((watched) => askedOf(watched) === undefined);
  const what = deployments.length === 0 ? "the request stays in the log" : "the deployment goes on";
  return [
    `Stopped watching; ${what}. Return to it with:`,
    ...commands("watch", all),
    ...(deployments.length === 0 ? [] : ["Or end it, as long as it is not activated, with:"]),
    ...commands("cancel", deployments),
    "",
  ].join("\n");
};

/** A freeze holds for hosts that are away as soon as it is in the log, so nobody waits for them. */
const patienceFor = (watched: Watched): { readonly patience?: Patience } => {
  const control = askedOf(watched);
  const isKept = control === "freeze" || control === "unfreeze";
  return isKept ? { patience: { answerTimeoutMs: 10_000, absentTimeoutMs: 0 } } : {};
};

const conclude = (cli: CliEnv, form: OutputForm, all: readonly Observed[]): void => {
  const { stdout, stderr, env, now } = cli;
  const stopped = all.some(({ result }) => result.end === "aborted");
  if (form === "json") stdout.write(documentOf(kindOf(all), deploymentContent(all)));
  else if (form === "ndjson") {
    stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: kindOf(all), ...deploymentContent(all) }));
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
    const how = { ...patienceFor(watched), onEvent, deadlineMs, signal: stop.signal };
    return withNewest(log, {
      ...watched,
      result: await follow({ log, live, roster, ears, request, hosts, ...how }),
    });
  };
  const observed = await Promise.all(all.map(watchOne));
  display.close();
  release();
  conclude(cli, form, observed);
  return exitCode(observed);
};
