/** `hd hosts` for people: who is there, what each is doing, and what was last deployed there, by whom. */
import { age } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import type { HostLine } from "./host-line.ts";
import type { Deployed } from "./what-runs.ts";

export interface HostTableOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly nowMs: number;
}

const waiting = (count: number): string => (count === 1 ? "1 request waits" : `${count} requests wait`);

const doing = ({ state, doing: step, deploying, pending }: HostLine, nowMs: number): string => {
  if (step !== undefined) {
    const { phase, id } = step.event;
    return `${phase ?? step.status} for ${duration(nowMs - step.atMs)} (${id})`;
  }
  if (deploying !== undefined) return `deploying ${deploying}`;
  if (pending > 0) return waiting(pending);
  return state === "present" ? "idle" : "";
};

const shortCommit = ({ commit, revision }: Partial<Pick<Deployed, "commit" | "revision">>): string =>
  commit?.slice(0, 7) ?? revision ?? "unknown";

/** What runs, and what will boot in its place. */
const deployed = ({ runs, lastCompleted }: HostLine): string | undefined => {
  const boots = lastCompleted?.event.action === "boot" ? `boots ${shortCommit(lastCompleted.event)}` : undefined;
  const test = runs?.action === "test" ? " (test)" : "";
  if (runs === undefined) return boots;
  return `${shortCommit(runs)}${test}${boots === undefined ? "" : `, ${boots}`}`;
};

const cells = (line: HostLine, { paint, nowMs }: HostTableOptions): readonly string[] => {
  const { requester, atMs } = line.runs ?? {};
  return [
    line.host,
    line.tier ?? "",
    line.roles.join(","),
    tone(paint, line.state)(line.state),
    line.version ?? "",
    deployed(line) ?? paint.dim("nothing yet"),
    requester ?? "",
    atMs === undefined ? "" : age(atMs, nowMs),
    doing(line, nowMs),
  ];
};

export const hostTable = (lines: readonly HostLine[], options: HostTableOptions): string => {
  if (lines.length === 0) return "no host is enrolled yet; start a listener on one with: hd listener --help\n";
  const head = ["HOST", "TIER", "ROLES", "STATE", "VERSION", "DEPLOYED", "BY", "WHEN", "DOING"];
  const rows = lines.map((line) => cells(line, options));
  const simulated = lines.some((line) => line.simulated) ? `\n${options.paint.yellow(simulatedNote)}\n` : "";
  return `${table(head, rows, options)}${simulated}`;
};
