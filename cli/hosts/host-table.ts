/** `hd hosts` for people: who is there, what each is doing, and what was last deployed there, by whom. */
import { age } from "../print/age.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import { doingText } from "./doing-text.ts";
import type { HostLine } from "./host-line.ts";
import type { Deployed } from "./runs.ts";

export interface HostTableOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly nowMs: number;
}

const shortCommit = ({ commit, revision }: Partial<Pick<Deployed, "commit" | "revision">>): string =>
  commit?.slice(0, 7) ?? revision ?? "unknown";

/** What is to boot by the log, where that is not what runs. */
const bootsByLog = ({ lastCompleted, runs, unlikeLog }: HostLine): string | undefined => {
  if (lastCompleted?.event.action !== "boot") return undefined;
  const isBooted = unlikeLog === undefined && runs?.seq === lastCompleted.seq;
  return isBooted ? undefined : `boots ${shortCommit(lastCompleted.event)}`;
};

/** The host's own word, where it is newer: a failed deployment, or somebody's hand, may have left another system to boot. */
const boots = (line: HostLine, paint: Paint): string | undefined => {
  const { presence, seenAtMs = 0, lastCompleted, runs } = line;
  if (presence?.running === undefined || presence.boots === undefined || presence.doing !== undefined)
    return bootsByLog(line);
  if (seenAtMs < (lastCompleted?.atMs ?? 0)) return bootsByLog(line);
  if (presence.boots === presence.running) return undefined;
  if (lastCompleted !== undefined && lastCompleted.event.closure === presence.boots)
    return `boots ${shortCommit(lastCompleted.event)}`;
  const isTried = runs?.action === "test" && runs.closure === presence.running;
  return isTried ? undefined : paint.yellow("boots another system");
};

const running = ({ runs, unlikeLog }: HostLine, paint: Paint): string | undefined => {
  if (unlikeLog !== undefined) {
    const { commit, how } = unlikeLog;
    const what = commit === undefined ? "" : `${commit.slice(0, 7)} `;
    return paint.yellow(how === "by hand" ? `${what}changed by hand` : `${what}(${how})`);
  }
  return runs === undefined ? undefined : `${shortCommit(runs)}${runs.action === "test" ? " (test)" : ""}`;
};

const deployed = (line: HostLine, paint: Paint): string => {
  const parts = [running(line, paint), boots(line, paint)].filter((one) => one !== undefined);
  return parts.length === 0 ? paint.dim("nothing yet") : parts.join(", ");
};

const seen = ({ state, seenAtMs }: HostLine, nowMs: number): string =>
  state === "present" || seenAtMs === undefined ? "" : age(seenAtMs, nowMs);

/** By whichever of the two is newer: a host announces a moment after it has ended a deployment. */
const generation = ({ presence, seenAtMs = 0, lastCompleted }: HostLine): string => {
  const [announced, recorded] = [presence?.generation, lastCompleted?.event.generation];
  const isAhead = lastCompleted !== undefined && lastCompleted.atMs > seenAtMs;
  return String((isAhead ? (recorded ?? announced) : (announced ?? recorded)) ?? "");
};

const cells = (line: HostLine, { paint, nowMs }: HostTableOptions): readonly string[] => {
  // Nobody knows who put there what the log does not tell of.
  const { requester, atMs } = (line.unlikeLog === undefined ? line.runs : undefined) ?? {};
  return [
    line.host,
    line.tier ?? "",
    line.roles.join(","),
    tone(paint, line.state)(line.state),
    seen(line, nowMs),
    deployed(line, paint),
    generation(line),
    requester ?? "",
    atMs === undefined ? "" : age(atMs, nowMs),
    doingText(line, nowMs),
  ];
};

const head = ["HOST", "TIER", "ROLES", "STATE", "SEEN", "DEPLOYED", "GEN", "BY", "WHEN", "DOING"];

/** A column without a word in it takes the room of those that have some. */
const filled = (rows: readonly (readonly string[])[]): readonly number[] =>
  [...head.keys()].filter((n) => n === head.length - 1 || rows.some((row) => row[n] !== ""));

export const hostTable = (lines: readonly HostLine[], options: HostTableOptions): string => {
  if (lines.length === 0) return "no host is enrolled yet; start a listener on one with: hd listener --help\n";
  const rows = lines.map((line) => cells(line, options));
  const columns = filled(rows);
  const kept = (row: readonly string[]) => columns.map((n) => row[n] ?? "");
  const simulated = lines.some((line) => line.simulated) ? `\n${options.paint.yellow(simulatedNote)}\n` : "";
  return `${table(kept(head), rows.map(kept), options)}${simulated}`;
};
