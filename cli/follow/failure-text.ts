/** One failed or rejected deployment, told whole: what happened, the last lines of its output, and what to do next. */
import type { ResponseRecord } from "../../streams/records.ts";
import { indent } from "../print/indent.ts";
import { names } from "../print/names.ts";
import { type Paint, tone } from "../print/paint.ts";
import { again } from "./again.ts";
import { entryOf, explained } from "./explained.ts";
import { tailText } from "./tail-text.ts";
import { endingOf, type Watched } from "./watched.ts";

/** As many lines as fit a screen; `hd show` has all that the record carries. */
const tailLines = 15;

const line = (name: string, text: string | undefined): readonly string[] =>
  text === undefined ? [] : [`  ${`${name}:`.padEnd(8)} ${text}`];

/** What ran before and what was built, where the host went back from one to the other or tried to. */
const closures = ({ error, previous, closure }: ResponseRecord["event"]): readonly string[] => {
  if (error !== "rolled_back" && error !== "rollback_failed") return [];
  return [...line(error === "rolled_back" ? "runs" : "wanted", previous), ...line("built", closure)];
};

const facts = ({ event }: ResponseRecord): readonly string[] => {
  const { cause, failed_units: units = [], cancelled_by: by } = event;
  return [
    ...line("cause", cause === undefined ? undefined : explained(cause)),
    ...closures(event),
    ...line("units", units.length === 0 ? undefined : names(units)),
    ...line("by", by),
  ];
};

const next = (watched: Watched, { tier, host, event }: ResponseRecord): readonly string[] => {
  const place = `${tier}/${host}`;
  const isLost = event.error === "rollback_failed";
  return [
    ...line("next", isLost ? `look at ${host} itself before anything else is deployed there` : undefined),
    ...line("again", entryOf(event.error)?.retry === true ? again(watched, place) : undefined),
    ...line("anyway", event.error === "frozen" ? again(watched, place, true) : undefined),
    ...line("details", `hd show ${watched.request.id}${watched.repeated}`),
  ];
};

export const failureText = (watched: Watched, record: ResponseRecord, paint: Paint): string => {
  const { status, host, event } = record;
  // The rollback is what did not fail.
  const where = event.phase == null || event.error === "rolled_back" ? "" : ` in ${event.phase}`;
  const loud = event.error === "rollback_failed" ? "ROLLBACK FAILED: " : "";
  const head = `${loud}${host} ${status}${where}: ${explained(event.error)}`;
  return [
    (loud === "" ? paint.red : tone(paint, endingOf(record)))(head),
    indent(event.message, "  "),
    ...facts(record),
    ...tailText(event.log_tail, tailLines),
    ...next(watched, record),
    "",
  ].join("\n");
};
