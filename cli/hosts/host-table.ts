/** `hd hosts` for people: who is there, what each is doing, and what was last deployed there, by whom. */
import { age } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import type { HostLine } from "./host-line.ts";

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

const cells = (line: HostLine, { paint, nowMs }: HostTableOptions): readonly string[] => {
  const { event, atMs } = line.lastCompleted ?? {};
  const action = event?.action === undefined || event.action === "switch" ? "" : ` (${event.action})`;
  return [
    line.host,
    line.tier ?? "",
    line.roles.join(","),
    tone(paint, line.state)(line.state),
    line.version ?? "",
    event === undefined
      ? paint.dim("nothing yet")
      : `${event.commit?.slice(0, 7) ?? event.revision ?? "unknown"}${action}`,
    event?.requester ?? "",
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
