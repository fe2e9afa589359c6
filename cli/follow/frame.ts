/**
 * The live picture of many hosts: a line of totals, failures, then as many running hosts as fit, and how many did not. It
 * never grows past the terminal, whose scrolled lines could not be drawn over.
 */
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { firstLine } from "./watched.ts";

export interface FrameHost {
  readonly name: string;
  /** As in `Step`; `waiting` before the first. */
  readonly word: string;
  readonly message: string;
  readonly sinceMs: number;
}

export interface FrameOptions {
  readonly title: string;
  readonly startMs: number;
  readonly nowMs: number;
  readonly columns: number;
  readonly rows: number;
  /** How many hosts there are, where not all of them are known yet. */
  readonly total?: number | undefined;
  readonly simulated: boolean;
  /** What keeps the picture from being current. */
  readonly note: string | undefined;
  readonly paint: Paint;
}

/** Whole seconds: parts of them only flicker. */
const seconds = (ms: number): string => (ms < 1_000 ? "0s" : duration(ms));

/** `lost`: it failed, and did not get back to what ran before. */
type Group = "lost" | "failed" | "unreachable" | "running" | "waiting" | "done";

const order: readonly Group[] = ["lost", "failed", "running", "unreachable", "waiting", "done"];
const marks: Readonly<Record<Group, string>> = {
  ...{ lost: "!", failed: "✗", running: "•", unreachable: "?", waiting: "·", done: "✓" },
};

const groups: Readonly<Record<string, Group>> = {
  ...{ completed: "done", applied: "done", built: "done", rollback_failed: "lost" },
  ...{ failed: "failed", rejected: "failed", rolled_back: "failed", cancelled: "failed" },
  ...{ waiting: "waiting", unreachable: "unreachable" },
};

const groupOf = (word: string): Group => groups[word] ?? "running";

const inOrder = (hosts: readonly FrameHost[]): readonly FrameHost[] =>
  order.flatMap((group) => hosts.filter(({ word }) => groupOf(word) === group));

const clip = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;

const gap = "  |  ";

/** How many hosts are at what, in the order in which hosts are listed; what does not fit is left out. */
const totals = (hosts: readonly FrameHost[], options: FrameOptions): string => {
  const { title, startMs, nowMs, columns, paint, simulated, total = hosts.length } = options;
  const ended = hosts.filter(({ word }) => ["done", "failed", "lost"].includes(groupOf(word))).length;
  const told = `  ${ended} of ${total} ended  ${seconds(nowMs - startMs)}`;
  const shownTitle = clip(title, Math.max(1, columns - told.length));
  const counts = new Map<string, number>();
  for (const { word } of inOrder(hosts)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const parts = [...counts].map(([word, count]) => ({ text: `${count} ${word}`, painted: tone(paint, word) }));
  let room = columns - shownTitle.length - told.length;
  const fitting = [...(simulated ? [{ text: "simulated", painted: paint.yellow }] : []), ...parts].filter(
    ({ text }) => {
      room -= gap.length + text.length;
      return room >= 0;
    },
  );
  return [paint.bold(shownTitle) + told, ...fitting.map(({ text, painted }) => painted(text))].join(paint.dim(gap));
};

const longestName = 30;

const hostLine = ({ name, word, message, sinceMs }: FrameHost, width: number, options: FrameOptions): string => {
  const { columns, nowMs, paint } = options;
  const group = groupOf(word);
  const told = group === "running" ? seconds(nowMs - sinceMs) : firstLine(message);
  const rest = clip(`${word.padEnd(11)}  ${told}`.trimEnd(), columns - width - 5);
  const mark = tone(paint, word)(marks[group]);
  return `${mark} ${clip(name, longestName).padEnd(width)}  ${group === "running" ? rest : tone(paint, word)(rest)}`;
};

/** Hosts that are done are only counted. */
export const frame = (hosts: readonly FrameHost[], options: FrameOptions): string => {
  const width = Math.min(longestName, Math.max(0, ...hosts.map(({ name }) => name.length)));
  const shown = inOrder(hosts).filter(({ word }) => groupOf(word) !== "done");
  const notes = options.note === undefined ? [] : [options.paint.yellow(clip(options.note, options.columns))];
  const room = Math.max(1, options.rows - 3 - notes.length);
  const more = shown.length > room ? [options.paint.dim(`… ${shown.length - room} more`)] : [];
  const lines = shown.slice(0, room).map((host) => hostLine(host, width, options));
  return [totals(hosts, options), ...notes, ...lines, ...more].join("\n");
};
