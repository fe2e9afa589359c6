/**
 * What is said when the watching ends: a table of all hosts, then who is still awaited, then each failure with the last
 * lines of its output, and after each what to do next. Failures come last, where the eye is.
 */
import type { HostState } from "../../streams/progress.ts";
import { byText } from "../print/by-text.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import { failureText } from "./failure-text.ts";
import { pendingText } from "./pending-text.ts";
import { firstLine, type Observed, targetOf, wordOf } from "./watched.ts";

export interface ReportOptions {
  readonly paint: Paint;
  /** Of the terminal; `undefined`: as wide as it gets. */
  readonly width: number | undefined;
  readonly nowMs: number;
}

interface Line {
  readonly observed: Observed;
  readonly host: string;
  readonly state: HostState;
}

const rank = ({ state }: Line): number => {
  if (state.kind !== "ended") return state.kind === "running" ? 1 : 2;
  return state.record.status === "completed" ? 0 : 3;
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
      return { word: state.record.status, message: firstLine(state.record.event.message) };
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

export const report = (all: readonly Observed[], { paint, width, nowMs }: ReportOptions): string => {
  const lines = linesOf(all);
  const several = all.length > 1;
  const head = [...(several ? ["TARGET"] : []), "HOST", "RESULT", "COMMIT", "GENERATION", "DURATION", "MESSAGE"];
  const rows = lines.map((line) => cellsOf(line, several, paint));
  const failed = lines.flatMap(({ observed, state }) =>
    state.kind === "ended" && state.record.status !== "completed" ? [failureText(observed, state.record, paint)] : [],
  );
  return [
    ...(rows.length === 0 ? [] : [table(head, rows, { paint, width })]),
    ...(lines.some(isSimulated) ? [`${paint.yellow(simulatedNote)}\n`] : []),
    ...all.map((observed) => pendingText(observed, nowMs)).filter((text) => text !== ""),
    ...failed,
  ].join("\n");
};
