/** `hd history` for people: a line for each deployment and each control request, newest first. */

import { shortAddress } from "../../lib/contract/address.ts";
import { askedIn, type HistoryRow } from "../../streams/history-row.ts";
import { firstLine } from "../follow/watched.ts";
import { age } from "../print/age.ts";
import { askedByText } from "../print/asked-by.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { revisionText } from "../print/revision.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";

export interface HistoryTableOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly nowMs: number;
}

const placeOf = ({ host, tier, address }: HistoryRow): string => {
  if (host !== undefined && tier !== undefined) return `${tier}/${host}`;
  return address === undefined ? "" : shortAddress(address);
};

/** Of a failure the code, and what led to it: `hd show` has the sentence. */
const errorOf = ({ error, cause, cancelledBy }: HistoryRow): string | undefined => {
  if (error === undefined) return undefined;
  const because = cause === undefined ? "" : ` after ${cause}`;
  return `${error}${because}${cancelledBy === undefined ? "" : ` by ${cancelledBy}`}`;
};

/** What a person would not expect of a deployment that went well. */
const remarksOn = ({
  status,
  verb,
  failedUnits = [],
  rebootNeeded = [],
  buildRequest,
}: HistoryRow): readonly string[] => [
  ...(buildRequest === undefined ? [] : [`built in ${buildRequest}`]),
  ...(verb === "override" ? ["in spite of a freeze"] : []),
  ...(status === "completed" && failedUnits.length > 0 ? ["with failed units"] : []),
  ...(rebootNeeded.length > 0 ? ["a reboot is needed"] : []),
];

/** A replay says what it repeats, unless its reason does. */
const whyOf = ({ reason, replayOf }: HistoryRow): string => {
  const why = reason === undefined ? "" : firstLine(reason);
  if (replayOf === undefined || why.includes(replayOf)) return why;
  return [`replay of ${replayOf}`, why].filter((part) => part !== "").join(": ");
};

/** Of what no host said anything, so the message says it all. */
const bare: readonly HistoryRow["status"][] = ["waiting", "asked", "denied", "unreadable"];

/** How it ended where that is not plain, and why it was asked for. */
const noteOf = (row: HistoryRow): string => {
  const { status, message } = row;
  if (bare.includes(status)) return firstLine(message);
  const told = [errorOf(row) ?? [], ...remarksOn(row)].flat().join("; ");
  const why = whyOf(row);
  // Behind the name of who cancelled it, it would read as his.
  const parts = row.cancelledBy === undefined ? [told, why] : [why, told];
  return parts.filter((part) => part !== "").join(row.cancelledBy === undefined ? ": " : "; ");
};

const cells = (row: HistoryRow, { paint, nowMs }: HistoryTableOptions): readonly string[] => [
  age(row.atMs, nowMs),
  placeOf(row),
  tone(paint, row.status)(`${row.status}${row.simulated ? "*" : ""}`),
  askedIn(row) ?? "",
  revisionText(row.revision ?? ""),
  row.commit?.slice(0, 7) ?? "",
  askedByText(row),
  row.proof ?? "",
  row.elapsedMs === undefined ? "" : duration(row.elapsedMs),
  row.id ?? "",
  noteOf(row),
];

export const historyTable = (rows: readonly HistoryRow[], options: HistoryTableOptions): string => {
  if (rows.length === 0) return "nothing in the log matches\n";
  const head = ["WHEN", "HOST", "STATUS", "ACTION", "REVISION", "COMMIT", "BY", "PROOF", "DURATION", "ID", "NOTE"];
  const note = rows.some(({ simulated }) => simulated) ? `\n${options.paint.yellow(`* ${simulatedNote}`)}\n` : "";
  return `${table(
    head,
    rows.map((row) => cells(row, options)),
    options,
  )}${note}`;
};
