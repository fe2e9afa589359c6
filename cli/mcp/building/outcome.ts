/** How a build stands, as tools answer it: a count of all hosts, and one by one as many as an answer holds, failures first. */
import { BuildEvent, BuiltHost } from "../../../lib/contract/build-event.ts";
import { choice, integer, list, prose, read } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Commit, LogLine, RequestId } from "../../../lib/contract/values.ts";
import type { BuildProgress, HostBuild } from "../../../streams/build-progress.ts";
import { buildResult } from "../../build/document.ts";
import { buildTarget, type ObservedBuild } from "../../build/watched.ts";
import { byText } from "../../print/by-text.ts";
import { names } from "../../print/names.ts";
import type { Outcome } from "../deploying/outcome.ts";
import { fittingIn, room } from "../paging.ts";

/** Of a failed host as much as tells why; `hd show` has all that the record carries. */
const tailLines = 10;
/** A line that fills the answer alone would keep every host out of it. */
const lineLength = 160;

const HostRow = struct("built host", {
  ...BuiltHost.fields,
  log_tail: optional(list(LogLine, tailLines), "of a host that failed: the last lines of its output"),
});
type HostRow = Decoded<typeof HostRow.fields>;

const BuildState = choice("BuildState", ["ended", "running", "waiting"]);

export const buildOutcomeFields = {
  state: required(BuildState, "waiting: no builder has taken it yet; running: it goes on by itself"),
  id: required(RequestId, "of the request, for deployment_wait"),
  target: required(prose("ShortTarget", 255), "what is built"),
  result: required(prose("Result", 40), "completed: every host is built; failed, running, waiting or unreachable"),
  commit: optional(Commit, BuildEvent.fields.commit.sentence),
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

const rowOf = ({ tail, ...host }: HostBuild): HostRow => {
  const lines = tail.slice(-tailLines).flatMap((line) => read(LogLine, plain(line, lineLength)) ?? []);
  return lines.length === 0 ? host : { ...host, log_tail: lines };
};

const rowText = ({ host, outcome, error, message, closure, log_tail: tail = [] }: HostRow): string =>
  [`  ${host} ${outcome}`, error, message, closure, ...tail].filter((part) => part !== undefined).join(" | ");

const countsOf = (progress: BuildProgress): string => {
  const outcomes = sorted(progress).map(({ outcome }) => outcome);
  const counted = [...new Set(outcomes)].map((one) => `${outcomes.filter((other) => other === one).length} ${one}`);
  const of = progress.total === undefined ? "" : ` of ${progress.total}`;
  return counted.length === 0 ? `no host is done${of}` : `${names(counted)}${of}`;
};

const flat = (text: string | undefined, maxLength: number): string | undefined =>
  text === undefined ? undefined : plain(text.replaceAll(/\s+/g, " "), maxLength);

const nextOf = ({ request, result }: ObservedBuild): string => {
  const { progress, unreachable } = result;
  const wait = `deployment_wait {"id":"${request.id}"}`;
  if (progress.newest === undefined && unreachable !== undefined)
    return `No builder takes it now; it waits in the log for an hour. Tell the person, and look again with ${wait}.`;
  if (!progress.ended) return `It goes on by itself. Call ${wait} to watch on.`;
  return progress.newest?.status === "completed"
    ? "Nothing was deployed. To deploy what was built, call deploy with the commit as revision."
    : "Nothing was deployed. Tell the person what failed.";
};

export const buildOutcome = (observed: ObservedBuild): BuildOutcome => {
  const { progress } = observed.result;
  const rows = sorted(progress).map(rowOf);
  const hosts = fittingIn(rows, rowText, room - 2_000);
  const state = progress.ended ? "ended" : progress.newest === undefined ? "waiting" : "running";
  return known({
    ...({
      state,
      id: observed.request.id,
      target: buildTarget(observed),
      result: buildResult(observed.result),
    } as const),
    ...{ commit: progress.commit, message: flat(progress.newest?.event.message, 1_000) },
    ...{ counts: countsOf(progress), hosts, left_out: rows.length - hosts.length, next: nextOf(observed) },
  });
};

export const buildText = ({
  state,
  id,
  target,
  result,
  commit,
  message,
  counts,
  hosts,
  left_out,
  next,
}: BuildOutcome) =>
  [
    state,
    `${id} builds ${target}: ${result}, ${counts}${commit === undefined ? "" : `, at ${commit}`}`,
    ...(message === undefined ? [] : [`  ${message}`]),
    ...hosts.map((host) => rowText(host).replaceAll("\n", " / ")),
    ...(left_out === 0 ? [] : [`  and ${left_out} more`]),
    `next: ${next}`,
  ].join("\n");

const shortMessage = 400;

/** For the tool that waits for deployments: without paths and output, which `build` gives. */
export const asDeployment = (observed: ObservedBuild): Outcome => {
  const { id, target, counts, result, message, hosts, left_out, next, state } = buildOutcome(observed);
  const said = message === undefined ? "" : `: ${message}`;
  return {
    state: state === "ended" ? "ended" : "running",
    deployments: [
      {
        ...{ id, target, left_out, counts: plain(`${result}, ${counts}${said}`, 500) },
        hosts: hosts.map(({ host, outcome, error, message: why }) =>
          known({ host, result: outcome, error, message: flat(why, shortMessage) }),
        ),
      },
    ],
    next,
  };
};
