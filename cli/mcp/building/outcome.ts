/** How a build stands, as tools answer it: a count of all hosts, and one by one as many as an answer holds, failures first. */
import { BuildEvent, BuiltHost } from "../../../lib/contract/build-event.ts";
import { choice, integer, list, prose, read, toggle } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Commit, LogLine, RequestId } from "../../../lib/contract/values.ts";
import type { BuildProgress, HostBuild } from "../../../streams/build-progress.ts";
import { buildResult } from "../../build/document.ts";
import { buildTarget } from "../../build/watched.ts";
import { byText } from "../../print/by-text.ts";
import { names } from "../../print/names.ts";
import { simulatedNote } from "../../print/simulated.ts";
import type { Outcome } from "../deploying/outcome.ts";
import { bytesOf, fittingIn, room, sizeOf } from "../paging.ts";
import { type LeftBuild, nextOf } from "./next.ts";

/** Of a failed host as much as tells why; `hd show` has all that the record carries. */
const tailLines = 10;
/** As much of a line as a person would read. */
const lineLength = 200;

const HostRow = struct("built host", {
  ...BuiltHost.fields,
  log_tail: optional(list(LogLine, tailLines), "of a host that failed: the last lines of its output"),
});
type HostRow = Decoded<typeof HostRow.fields>;

const BuildState = choice("BuildState", ["ended", "running", "waiting"]);

export const buildOutcomeFields = {
  state: required(BuildState, "waiting: no builder has taken it yet; running: one has"),
  id: required(RequestId, "of the request, for deployment_wait"),
  target: required(prose("ShortTarget", 255), "what is built: a host, hosts, or all"),
  result: required(prose("Result", 40), "completed: every host is built; failed, running, waiting or unreachable"),
  commit: optional(Commit, BuildEvent.fields.commit.sentence),
  simulated: optional(toggle("Simulated"), BuildEvent.fields.simulated.sentence),
  message: optional(prose("BuilderMessage", 1_000), "what the builder said last"),
  counts: required(prose("Counts", 500), "how many hosts are how"),
  hosts: required(list(object(HostRow), 1_000), "those that are done, failures first"),
  left_out: required(integer("LeftOut", 0, 100_000), "how many of these are not listed"),
  next: required(prose("Next", 1_000), "what to do now"),
};

export type BuildOutcome = Decoded<Readonly<typeof buildOutcomeFields>>;

const order = ["failed", "skipped", "built"];

const sorted = ({ hosts }: BuildProgress): readonly HostBuild[] =>
  [...hosts.values()].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || byText(a.host, b.host));

const rowOf = ({ tail: _, ...host }: HostBuild): HostRow => host;

const rowText = ({ host, outcome, error, message, closure, log_tail: tail = [] }: HostRow): string =>
  [`  ${host} ${outcome}`, error, message, closure, ...tail]
    .filter((part) => part !== undefined)
    .join(" | ")
    .replaceAll("\n", " / ");

const sizeOfRow = (row: HostRow): number => sizeOf(row, rowText);

/** With as many of the last lines as there is room for. */
const withTail = (row: HostRow, tail: HostBuild["tail"], most: number): HostRow => {
  const lines = tail.slice(-tailLines).flatMap((line) => read(LogLine, plain(line, lineLength)) ?? []);
  const longer = lines.map((_, from) => ({ ...row, log_tail: lines.slice(from) }));
  return longer.find((one) => sizeOfRow(one) - sizeOfRow(row) <= most) ?? row;
};

/** Where not every host fits in any case: without why the first one failed the others would be worth little. */
const roomForOutput = 2_000;

const fittingRows = (rows: readonly HostRow[], most: number): readonly HostRow[] => {
  const some = fittingIn(rows, rowText, most);
  return some.length === rows.length ? some : fittingIn(rows, rowText, most - roomForOutput);
};

/** First each host, then output for as many as there is room for: where all fit, that of one keeps no other out. */
const rowsIn = (all: readonly HostBuild[], most: number): readonly HostRow[] => {
  const rows = fittingRows(all.map(rowOf), most);
  let left = most - rows.reduce((sum, row) => sum + sizeOfRow(row), 0);
  return rows.map((row, n) => {
    const full = withTail(row, all[n]?.tail ?? [], left);
    left -= sizeOfRow(full) - sizeOfRow(row);
    return full;
  });
};

const countsOf = (progress: BuildProgress): string => {
  const outcomes = sorted(progress).map(({ outcome }) => outcome);
  const counted = [...new Set(outcomes)].map((one) => `${outcomes.filter((other) => other === one).length} ${one}`);
  const of = progress.total === undefined ? "" : ` of ${progress.total}`;
  return counted.length === 0 ? `no host is done${of}` : `${names(counted)}${of}`;
};

const flat = (text: string | undefined, maxLength: number): string | undefined =>
  text === undefined ? undefined : plain(text.replaceAll(/\s+/g, " "), maxLength);

/** Some hosts are asked for as those of `all`, which they are not. */
const targetOf = (build: LeftBuild): string => {
  const { repo } = build.request.address;
  const some = build.order?.hosts ?? [];
  return some.length === 0 ? buildTarget(build) : plain(`${repo} (${names(some, 5)})`, 255);
};

type Head = Omit<BuildOutcome, "hosts" | "left_out">;

const headOf = (build: LeftBuild): Head => {
  const { progress } = build.result;
  const state: Head["state"] = progress.ended ? "ended" : progress.newest === undefined ? "waiting" : "running";
  return known({
    ...{ state, id: build.request.id, target: targetOf(build), result: buildResult(build.result) },
    ...{ commit: progress.commit, simulated: progress.simulated || undefined },
    ...{ message: flat(progress.newest?.event.message, 1_000), counts: countsOf(progress), next: nextOf(build) },
  });
};

const headLines = ({ state, id, target, result, commit, simulated, message, counts }: Head): readonly string[] => [
  state,
  `${id} builds ${target}: ${result}, ${counts}${commit === undefined ? "" : `, at ${commit}`}`,
  ...(simulated === true ? [simulatedNote] : []),
  ...(message === undefined ? [] : [`  ${message}`]),
];

/** What stands around the list, beside the head. */
const aroundList = 200;

export const buildOutcome = (build: LeftBuild): BuildOutcome => {
  const head = headOf(build);
  const all = sorted(build.result.progress);
  const headSize = Math.max(bytesOf(JSON.stringify(head)), bytesOf([...headLines(head), head.next].join("\n")));
  const hosts = rowsIn(all, room - headSize - aroundList);
  return { ...head, hosts, left_out: all.length - hosts.length };
};

export const buildText = (outcome: BuildOutcome): string =>
  [
    ...headLines(outcome),
    ...outcome.hosts.map(rowText),
    ...(outcome.left_out === 0 ? [] : [`  and ${outcome.left_out} more`]),
    `next: ${outcome.next}`,
  ].join("\n");

const shortMessage = 400;

/** For the tool that waits for deployments: without paths and output, which `build` gives. */
export const asDeployment = (build: LeftBuild): Outcome => {
  const { id, target, counts, result, simulated, message, hosts, left_out, next, state } = buildOutcome(build);
  const said = message === undefined ? "" : `: ${message}`;
  const how = `${simulated === true ? "simulated, " : ""}${result}, ${counts}${said}`;
  return {
    state: state === "ended" ? "ended" : "running",
    deployments: [
      {
        ...{ id, target, left_out, counts: plain(how, 500) },
        hosts: hosts.map(({ host, outcome, error, message: why }) =>
          known({ host, result: outcome, error, message: flat(why, shortMessage) }),
        ),
      },
    ],
    next,
  };
};
