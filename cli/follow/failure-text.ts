/** One failed or rejected deployment, told whole: what happened, the last lines of its output, and what to do next. */
import { type FailureEntry, failures, isFailureCode } from "../../lib/contract/failure.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import type { Paint } from "../print/paint.ts";
import type { Observed } from "./watched.ts";

/** As many lines as fit a screen; `hd show` has all that the record carries. */
const tailLines = 15;

const indent = (text: string, by: string): string =>
  text
    .split("\n")
    .map((line) => `${by}${line}`.trimEnd())
    .join("\n");

const entryOf = (code: string | null): FailureEntry | undefined =>
  code !== null && isFailureCode(code) ? failures[code] : undefined;

const again = ({ tier, host, event }: ResponseRecord, given: string): readonly string[] => {
  if (entryOf(event.error)?.retry !== true) return [];
  const action = event.action === undefined || event.action === "switch" ? "" : ` --action ${event.action}`;
  const revision = event.revision === undefined ? "" : ` --revision ${event.revision}`;
  return [`again:   hd deploy ${tier}/${host}${revision}${action}${given}`];
};

export const failureText = (
  { request, given, repeated }: Pick<Observed, "request" | "given" | "repeated">,
  record: ResponseRecord,
  paint: Paint,
): string => {
  const { status, host, event } = record;
  const where = event.phase == null ? "" : ` in ${event.phase}`;
  const meaning = entryOf(event.error)?.meaning;
  const tail = event.log_tail ?? [];
  const shown = tail.slice(-tailLines);
  return [
    paint.red(`${host} ${status}${where}: ${event.error ?? "no code"}${meaning === undefined ? "" : ` (${meaning})`}`),
    indent(event.message, "  "),
    ...(shown.length === 0
      ? []
      : [
          `  last ${shown.length === 1 ? "line" : `${shown.length} lines`} of its output:`,
          indent(shown.join("\n"), "  | "),
        ]),
    ...again(record, `${given}${repeated}`).map((line) => `  ${line}`),
    `  details: hd show ${request.id}${repeated}`,
    "",
  ].join("\n");
};
