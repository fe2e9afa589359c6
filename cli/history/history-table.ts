/** `hd history` for people: a line for each deployment, newest first. */

import { shortAddress } from "../../lib/contract/address.ts";
import type { HistoryRow } from "../../streams/history-row.ts";
import { firstLine } from "../follow/watched.ts";
import { age } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
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

/** Of a failure the code: `hd show` has the sentence. Else why it was asked for. */
const noteOf = ({ status, error, message, reason }: HistoryRow): string => {
  if (status === "waiting" || status === "unreadable") return firstLine(message);
  return [error, reason === undefined ? undefined : firstLine(reason)].filter((part) => part !== undefined).join(": ");
};

const cells = (row: HistoryRow, { paint, nowMs }: HistoryTableOptions): readonly string[] => [
  age(row.atMs, nowMs),
  placeOf(row),
  tone(paint, row.status)(`${row.status}${row.simulated ? "*" : ""}`),
  row.action ?? "",
  row.revision ?? "",
  row.commit?.slice(0, 7) ?? "",
  row.requester ?? "",
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
