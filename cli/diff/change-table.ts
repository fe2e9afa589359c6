/** `hd diff` for people: a line for each host that changed, and in one line how many did not. */
import type { HostState, Part } from "../../streams/host-state.ts";
import { timestamp } from "../print/age.ts";
import type { Paint } from "../print/paint.ts";
import { table } from "../print/table.ts";
import { systemText } from "../status/status-table.ts";
import type { Change } from "./change.ts";

interface ChangeTableOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
}

const partText = (part: Part, paint: Paint): string => {
  if (part.is === "system")
    return `${systemText(part)}${part.generation === undefined ? "" : ` gen ${part.generation}`}`;
  return part.is === "unknown" ? paint.yellow("not known") : paint.dim("nothing");
};

const isSameSystem = (a: Part, b: Part): boolean =>
  a.is === "system" && b.is === "system" ? a.closure === b.closure : a.is === b.is;

const stateText = ({ runs, boots }: HostState, paint: Paint): string =>
  isSameSystem(runs, boots) ? partText(runs, paint) : `${partText(runs, paint)}, boots ${partText(boots, paint)}`;

/** The newest of the two: what will boot may have changed after what runs. */
const changedLast = ({ runs, boots }: HostState): Part => {
  const at = (part: Part) => (part.is === "system" || part.is === "unknown" ? part.since.seq : 0);
  return at(boots) > at(runs) ? boots : runs;
};

const countText = ({ completed, failed }: Change): string => {
  if (completed === undefined || failed === undefined) return "";
  return failed === 0 ? `${completed}` : `${completed}, ${failed} failed`;
};

const cells = (change: Change, paint: Paint): readonly string[] => {
  const { from, to } = change;
  const last = changedLast(to);
  const told = last.is === "system" || last.is === "unknown" ? last : undefined;
  return [
    to.tier === undefined ? to.host : `${to.tier}/${to.host}`,
    stateText(from, paint),
    stateText(to, paint),
    told === undefined ? "" : timestamp(told.since.atMs),
    told?.by?.requester ?? "",
    countText(change),
    told?.by?.id ?? "",
  ];
};

const unchangedText = (count: number): string =>
  count === 0 ? "" : `${count} ${count === 1 ? "host is" : "hosts are"} as before\n`;

export const changeTable = (all: readonly Change[], unchanged: number, options: ChangeTableOptions): string => {
  if (all.length === 0) return unchangedText(unchanged);
  const head = ["HOST", "FROM", "TO", "SINCE", "BY", "DEPLOYMENTS", "ID"];
  const rows = all.map((change) => cells(change, options.paint));
  return `${table(head, rows, options)}${unchangedText(unchanged)}`;
};
