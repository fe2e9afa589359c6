/**
 * What is said when the watching ends: a table of all hosts, then what else to know of them, then who is still awaited, then
 * each failure with the last lines of its output, and after each what to do next. Failures come last, where the eye is.
 */
import type { HostName } from "../../lib/contract/names.ts";
import type { HostState } from "../../streams/progress.ts";
import { byText } from "../print/by-text.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import { controlReport } from "./control-report.ts";
import { failureText } from "./failure-text.ts";
import { notesOn } from "./notes.ts";
import { pendingText } from "./pending-text.ts";
import { askedOf, endingOf, firstLine, type Observed, targetOf, wordOf } from "./watched.ts";

export interface ReportOptions {
  readonly paint: Paint;
  /** Of the terminal; `undefined`: as wide as it gets. */
  readonly width: number | undefined;
  readonly nowMs: number;
}

interface Line {
  readonly observed: Observed;
  readonly host: HostName;
  readonly state: HostState;
}

const rank = ({ state }: Line): number => {
  if (state.kind !== "ended") return state.kind === "running" ? 1 : 2;
  if (state.record.status === "completed") return 0;
  return state.record.event.error === "rollback_failed" ? 4 : 3;
};

const linesOf = (all: readonly Observed[]): readonly Line[] =>
  all
    .flatMap((observed) => [...observed.result.states].map(([host, state]) => ({ observed, host, state })))
    .sort((a, b) => rank(a) - rank(b) || byText(a.host, b.host));

const whatOf = (state: HostState): { readonly word: string; readonly message: string } => {
  switch (state.kind) {
    case "waiting":
      return { word: "waiting", message: "has not answered yet" };
    case "unreachable":
      return { word: "unreachable", message: state.why === "away" ? "no listener is there" : "has not answered" };
    case "running":
      return { word: wordOf(state.record), message: `still running: ${firstLine(state.record.event.message)}` };
    case "ended":
      return { word: endingOf(state.record), message: firstLine(state.record.event.message) };
  }
};

const cellsOf = ({ observed, host, state }: Line, several: boolean, paint: Paint): readonly string[] => {
  const event = state.kind === "ended" || state.kind === "running" ? state.record.event : undefined;
  const { word, message } = whatOf(state);
  return [
    ...(several ? [targetOf(observed)] : []),
    host,
    tone(paint, word)(word),
    event?.commit?.slice(0, 7) ?? "",
    event?.generation === undefined ? "" : `${event.generation}`,
    event?.elapsed_ms === undefined ? "" : duration(event.elapsed_ms),
    message,
  ];
};

const isSimulated = ({ state }: Line): boolean =>
  (state.kind === "ended" || state.kind === "running") && state.record.event.simulated === true;

const notes = (lines: readonly Line[], paint: Paint): readonly string[] => {
  const told = lines.flatMap(({ host, state }) => (state.kind === "ended" ? notesOn(host, state.record) : []));
  return told.length === 0 ? [] : [told.map((note) => `${paint.yellow(note)}\n`).join("")];
};

const deploymentReport = (all: readonly Observed[], { paint, width, nowMs }: ReportOptions): readonly string[] => {
  const lines = linesOf(all);
  const several = all.length > 1;
  const head = [...(several ? ["TARGET"] : []), "HOST", "RESULT", "COMMIT", "GENERATION", "DURATION", "MESSAGE"];
  const rows = lines.map((line) => cellsOf(line, several, paint));
  const failed = lines.flatMap(({ observed, state }) =>
    state.kind === "ended" && state.record.status !== "completed" ? [failureText(observed, state.record, paint)] : [],
  );
  return [
    ...(rows.length === 0 ? [] : [table(head, rows, { paint, width })]),
    ...notes(lines, paint),
    ...(lines.some(isSimulated) ? [`${paint.yellow(simulatedNote)}\n`] : []),
    ...all.map((observed) => pendingText(observed, nowMs)).filter((text) => text !== ""),
    ...failed,
  ];
};

export const report = (all: readonly Observed[], options: ReportOptions): string => {
  const deployments = all.filter((observed) => askedOf(observed) === undefined);
  const controls = all.filter((observed) => askedOf(observed) !== undefined);
  return [
    ...(controls.length === 0
      ? []
      : [controls.map((observed) => controlReport(observed, all.length > 1, options.paint)).join("")]),
    ...deploymentReport(deployments, options),
  ].join("\n");
};
