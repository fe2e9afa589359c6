/**
 * What is said when the watching of builds ends: a table of all hosts, then the commits and what else to know, then what goes on
 * or waits, then each failure with the last lines of its output. Failures come last, where the eye is.
 */
import type { HostBuild } from "../../streams/build-progress.ts";
import { firstLine } from "../follow/watched.ts";
import { byText } from "../print/by-text.ts";
import { duration } from "../print/duration.ts";
import { names } from "../print/names.ts";
import { type Paint, tone } from "../print/paint.ts";
import { shortPath } from "../print/short-path.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import { buildResult } from "./document.ts";
import { buildFailureText } from "./failure-text.ts";
import { buildWaits } from "./waiting-text.ts";
import { buildExpiryMs, buildTarget, expectedHosts, type ObservedBuild } from "./watched.ts";

export interface BuildReportOptions {
  readonly paint: Paint;
  /** Of the terminal; `undefined`: as wide as it gets. */
  readonly width: number | undefined;
  readonly nowMs: number;
}

interface Line {
  readonly host: string;
  readonly result: string;
  readonly build: HostBuild | undefined;
  readonly message: string;
}

const order = ["built", "skipped", "failed"];

const ofHost = (build: HostBuild): Line => ({
  ...{ host: build.host, result: build.outcome, build },
  message: firstLine(build.message ?? ""),
});

const unreachableText = { away: "no builder is there", silent: "no builder has answered" } as const;

const messageOf = ({ progress: { newest, ended }, unreachable }: ObservedBuild["result"]): string => {
  if (newest === undefined)
    return unreachable === undefined ? "no builder has taken it yet" : unreachableText[unreachable];
  const how = unreachable === undefined ? "still running" : "its builder is away after";
  return `${ended ? "" : `${how}: `}${firstLine(newest.event.message)}`;
};

/** Whom a line stands for that are meant and not done; only a builder knows who all are. */
const undone = (observed: ObservedBuild): readonly string[] => {
  const { hosts, ended, total } = observed.result.progress;
  const expected = expectedHosts(observed).filter((host) => !hosts.has(host));
  if (expected.length > 0) return expected;
  if (hosts.size === 0) return ["all"];
  return ended ? [] : [total === undefined ? "others" : `${total - hosts.size} more`];
};

const undoneLine = ({ result }: ObservedBuild, host: string): Line => ({
  ...{ host, result: buildResult(result), build: undefined, message: messageOf(result) },
});

const linesOf = (observed: ObservedBuild): readonly Line[] => {
  const done = [...observed.result.progress.hosts.values()].sort(
    (a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || byText(a.host, b.host),
  );
  return [...undone(observed).map((host) => undoneLine(observed, host)), ...done.map(ofHost)];
};

const cellsOf = (repo: string | undefined, { host, result, build, message }: Line, paint: Paint): readonly string[] => [
  ...(repo === undefined ? [] : [repo]),
  host,
  tone(paint, result)(result),
  build?.closure === undefined ? "" : shortPath(build.closure),
  build?.elapsed_ms === undefined ? "" : duration(build.elapsed_ms),
  message,
];

const commitText = (observed: ObservedBuild): string => {
  const { commit } = observed.result.progress;
  const revision = observed.order?.revision;
  if (commit === undefined) return "";
  return `${buildTarget(observed)}: ${revision === undefined || String(revision) === commit ? "" : `${revision} is `}${commit}\n`;
};

const leftOut = ({ result }: ObservedBuild, paint: Paint): string => {
  const strange = result.progress.newest?.event.left_out ?? [];
  if (strange.length === 0) return "";
  return `${paint.yellow(`left out, because no host can have such a name: ${names(strange)}`)}\n`;
};

/** A clause. */
const goesOn = (observed: ObservedBuild, nowMs: number): string => {
  const { progress, unreachable } = observed.result;
  if (progress.newest === undefined) return buildWaits(buildExpiryMs(observed), nowMs);
  return unreachable === undefined
    ? "the build goes on"
    : "its builder is away; the next one that starts begins it again";
};

const pendingText = (observed: ObservedBuild, nowMs: number): string => {
  const { request, repeated, result } = observed;
  if (result.progress.ended) return "";
  return `${buildTarget(observed)}: ${goesOn(observed, nowMs)}\nreturn to it with: hd watch ${request.id}${repeated}\n`;
};

export const buildReport = (all: readonly ObservedBuild[], { paint, width, nowMs }: BuildReportOptions): string => {
  const several = new Set(all.map(({ request }) => request.address.repo)).size > 1;
  const head = [...(several ? ["REPO"] : []), "HOST", "RESULT", "CLOSURE", "DURATION", "MESSAGE"];
  const rows = all.flatMap((observed) =>
    linesOf(observed).map((line) => cellsOf(several ? observed.request.address.repo : undefined, line, paint)),
  );
  const simulated = all.some(({ result }) => result.progress.simulated);
  return [
    table(head, rows, { paint, width }),
    all.map((observed) => commitText(observed) + leftOut(observed, paint)).join(""),
    simulated ? `${paint.yellow(simulatedNote)}\n` : "",
    ...all.map((observed) => pendingText(observed, nowMs)),
    ...all.map((observed) => buildFailureText(observed, paint)),
  ]
    .filter((text) => text !== "")
    .join("\n");
};
