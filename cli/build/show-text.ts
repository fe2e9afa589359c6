/** `hd show` of a build for people: the request, each step, then each host with the last lines of its output where it failed. */
import { isLeft } from "fp-ts/lib/Either.js";
import { buildSubject, shortBuild } from "../../lib/contract/build-address.ts";
import type { HostBuild } from "../../streams/build-progress.ts";
import type { ShownBuild } from "../../streams/build-shown.ts";
import type { BuildRequestRecord, BuildResponseRecord } from "../../streams/records.ts";
import { explained } from "../follow/explained.ts";
import { tailText } from "../follow/tail-text.ts";
import { age, clock, timestamp } from "../print/age.ts";
import { askedByText } from "../print/asked-by.ts";
import { byText } from "../print/by-text.ts";
import { duration } from "../print/duration.ts";
import { indent } from "../print/indent.ts";
import { names } from "../print/names.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { field } from "../show/field.ts";
import { buildStep } from "./watched.ts";

const bodyText = ({ body }: BuildRequestRecord): readonly string[] => {
  if (isLeft(body)) return field("unreadable", body.left);
  const { revision, hosts, reason, expires_at: expires } = body.right;
  return [
    ...field("revision", revision),
    ...field("hosts", hosts === undefined ? undefined : names(hosts, 1000)),
    ...field("reason", reason),
    ...field("expires", expires === undefined ? undefined : timestamp(Date.parse(expires))),
  ];
};

const byOf = ({ requester, body }: BuildRequestRecord): string => {
  if (isLeft(body)) return requester;
  const { on_behalf_of: onBehalfOf, client, tool } = body.right;
  return askedByText({ requester, onBehalfOf, client, tool });
};

const requestText = (request: BuildRequestRecord, paint: Paint, nowMs: number): readonly string[] => [
  paint.bold(`build ${request.id}`),
  ...field("target", `${shortBuild(request)} (${buildSubject(request)})`),
  ...field("requester", byOf(request)),
  ...field("sent", `${timestamp(request.atMs)} (${age(request.atMs, nowMs)}), at ${request.seq} in the log`),
  ...bodyText(request),
  "",
];

/** Steps of hosts are told with the host. */
const stepText = (record: BuildResponseRecord, paint: Paint): readonly string[] => {
  if (record.event.host !== undefined) return [];
  const { word } = buildStep(record);
  const [first = "", ...more] = record.event.message.split("\n");
  const line = `  ${clock(record.atMs)}  ${tone(paint, word)(word.padEnd(9))}  ${first}`.trimEnd();
  return more.length === 0 ? [line] : [line, indent(more.join("\n"), " ".repeat(24))];
};

const newestCommit = ({ progress }: ShownBuild): readonly string[] => field("commit", progress.commit);

const builderText = (shown: ShownBuild, paint: Paint): readonly string[] => {
  const { newest, hosts } = shown.progress;
  if (newest === undefined) return ["no builder has taken it yet", ""];
  const { event, status } = newest;
  const took = event.elapsed_ms === undefined ? "" : ` (${duration(event.elapsed_ms)})`;
  const error = event.error === null ? "" : `: ${event.error}`;
  return [
    paint.bold(`${event.builder}: ${tone(paint, status)(status)}${error}${took}`),
    ...shown.responses.flatMap((record) => stepText(record, paint)),
    ...newestCommit(shown),
    ...field("left out", event.left_out === undefined ? undefined : names(event.left_out, 20)),
    // Of hosts that failed each has its own.
    ...(hosts.size === 0 ? tailText(event.log_tail) : []),
    "",
  ];
};

const hostText = ({ host, outcome, closure, error, message, elapsed_ms: ms, tail }: HostBuild, paint: Paint) => {
  const took = ms === undefined ? "" : ` (${duration(ms)})`;
  return [
    paint.bold(`${host}: ${tone(paint, outcome)(outcome)}${error === undefined ? "" : `: ${error}`}${took}`),
    ...field("closure", closure),
    ...field("because", error === undefined ? undefined : explained(error)),
    ...(message === undefined || message === "" ? [] : [indent(message, "  ")]),
    ...tailText(tail),
    "",
  ];
};

export const showBuildText = (shown: ShownBuild, paint: Paint, nowMs: number): string =>
  [
    ...requestText(shown.request, paint, nowMs),
    ...builderText(shown, paint),
    ...[...shown.progress.hosts.values()]
      .sort((a, b) => byText(a.host, b.host))
      .flatMap((host) => hostText(host, paint)),
    ...(shown.progress.simulated ? [paint.yellow(simulatedNote), ""] : []),
  ].join("\n");
