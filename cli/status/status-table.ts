/** `hd status` for people: what each host runs, since when, by whose request, and how that differs from its tier. */
import type { Drift } from "../../streams/drift.ts";
import type { Deployment, Part, System } from "../../streams/host-state.ts";
import { age, timestamp } from "../print/age.ts";
import type { Paint } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import type { StatusLine } from "./status-line.ts";

export interface StatusTableOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly nowMs: number;
  /** As of another moment than now, when ages would mislead. */
  readonly isPast: boolean;
}

const when = (atMs: number, { nowMs, isPast }: StatusTableOptions): string =>
  isPast ? timestamp(atMs) : age(atMs, nowMs);

/** As short as it can be told from others. */
const commitText = ({ commit, revision }: Partial<Pick<Deployment, "commit" | "revision">> = {}): string =>
  commit?.slice(0, 7) ?? revision ?? "unknown";

export const systemText = ({ by }: System): string => {
  if (by === undefined) return "unknown";
  return `${commitText(by)}${by.action === "test" ? " (test)" : ""}${by.simulated ? "*" : ""}`;
};

export const runsText = ({ runs, unlike }: StatusLine, paint: Paint): string => {
  if (unlike !== undefined) return paint.yellow(unlike.commit?.slice(0, 7) ?? "unknown");
  if (runs.is === "system") return systemText(runs);
  return runs.is === "unknown" ? paint.yellow("not known") : paint.dim("nothing yet");
};

/** What was there before it was not known what is. */
const beforeText = (part: Part): string | undefined => {
  if (part.is !== "unknown") return undefined;
  return part.before.is === "system" ? `before that ${systemText(part.before)}` : "nothing was deployed before that";
};

const failedText = ({ failed }: StatusLine, options: StatusTableOptions): string | undefined => {
  if (failed === undefined) return undefined;
  const { error, cause, id } = failed.event;
  const because = cause === undefined ? "" : ` after ${cause}`;
  const which = id === undefined ? "" : ` (${id})`;
  const how = error === "rolled_back" || error === "rollback_failed" ? error : `failed with ${error ?? "no code"}`;
  return `${commitText(failed.event)} ${how}${because} ${when(failed.atMs, options)}${which}`;
};

const driftText = ({ kind, newest }: Drift, options: StatusTableOptions): string | undefined => {
  const what = `${commitText(newest)} since ${when(newest.sinceMs, options)}`;
  if (kind === "behind") return `behind ${what}`;
  return kind === "tried" || kind === "never_deployed" ? `its tier has ${what}` : undefined;
};

const bootsText = ({ runs, boots }: StatusLine): string | undefined => {
  if (boots.is === "unknown" && runs.is !== "unknown") return "what will boot is not known";
  if (boots.is !== "system") return undefined;
  const isSame = runs.is === "system" && runs.closure === boots.closure && runs.by?.commit === boots.by?.commit;
  return isSame ? undefined : `boots ${systemText(boots)}`;
};

const unlikeText = ({ unlike, runs }: StatusLine): string | undefined => {
  if (unlike === undefined) return undefined;
  if (runs.is !== "system") return "runs what no record tells of";
  return `${unlike.how === "by hand" ? "changed by hand" : unlike.how}: the log has ${systemText(runs)}`;
};

/** What there is to say of a host beside what it runs. */
export const noteText = (line: StatusLine, options: StatusTableOptions): string => {
  const { drift, rebooted, enrolled, runs } = line;
  const parts = [
    unlikeText(line),
    drift && driftText(drift, options),
    rebooted ? "rebooted" : undefined,
    bootsText(line),
    failedText(line, options),
    beforeText(runs),
    enrolled ? undefined : "not enrolled any more",
  ];
  return parts.filter((part) => part !== undefined).join("; ");
};

const generation = ({ boots }: StatusLine): string =>
  String((boots.is === "system" ? boots.generation : undefined) ?? "");

const cells = (line: StatusLine, options: StatusTableOptions): readonly string[] => {
  const { tier, host, runs, unlike } = line;
  // Nobody knows since when, and by whom, what the log does not tell of is there.
  const told = (runs.is === "system" || runs.is === "unknown") && unlike === undefined ? runs : undefined;
  return [
    tier === undefined ? host : `${tier}/${host}`,
    runsText(line, options.paint),
    generation(line),
    told === undefined ? "" : when(told.since.atMs, options),
    told?.by?.requester ?? "",
    told?.by?.id ?? "",
    noteText(line, options),
  ];
};

const isSimulated = ({ runs, boots }: StatusLine): boolean =>
  [runs, boots].some((part) => part.is === "system" && part.by?.simulated === true);

export const statusTable = (lines: readonly StatusLine[], options: StatusTableOptions): string => {
  const head = ["HOST", "RUNS", "GEN", "SINCE", "BY", "ID", "NOTE"];
  const rows = lines.map((line) => cells(line, options));
  const note = lines.some(isSimulated) ? `\n${options.paint.yellow(`* ${simulatedNote}`)}\n` : "";
  return `${table(head, rows, options)}${note}`;
};
