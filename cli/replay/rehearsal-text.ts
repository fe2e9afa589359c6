/** A rehearsal for people and for programs: a line for each request at each host, and what it comes to. */
import { shortAddress } from "../../lib/contract/address.ts";
import { plain } from "../../lib/contract/plain.ts";
import type { Answer } from "../../lib/router/rehearsal.ts";
import { rowOfRequest } from "../../streams/history-row.ts";
import type { UnreadableRecord } from "../../streams/records.ts";
import type { RehearsedRow } from "../../streams/rehearsal.ts";
import { timestamp } from "../print/age.ts";
import { whole } from "../print/json.ts";
import type { Paint } from "../print/paint.ts";
import { table } from "../print/table.ts";

/** How many came to what. */
export interface Tally {
  readonly same: number;
  readonly different: number;
  readonly notReproducible: number;
  readonly passedOver: readonly UnreadableRecord[];
  readonly morePassedOver: number;
}

const placeOf = ({ host }: RehearsedRow): string => `${host.tier}/${host.hostname}`;

/** `switch main`, `freeze`, or `?` of a body that is no request. */
const askedBy = ({ request }: RehearsedRow): string => {
  const { verb, action, revision } = rowOfRequest(request);
  const words = [verb, action, revision].filter((word) => word !== undefined);
  return words.length === 0 ? "?" : words.join(" ");
};

const answerText = (answer: Answer | undefined): string => {
  if (answer === undefined) return "-";
  return answer.code === undefined ? answer.decision : `${answer.decision} ${answer.code}`;
};

const tones = { same: "green", different: "red", "not reproducible": "yellow" } as const;

const resultOf = ({ verdict }: RehearsedRow, paint: Paint): string =>
  paint[tones[verdict]](verdict === "different" ? "DIFFERENT" : verdict);

/** Why it cannot be told, or what the host says now. */
const noteOf = ({ verdict, why, now }: RehearsedRow): string =>
  why ?? (verdict === "different" ? plain(now?.message ?? "", 500) : "");

const cells = (row: RehearsedRow, paint: Paint): readonly string[] => [
  `${row.request.seq}`,
  timestamp(row.request.atMs),
  placeOf(row),
  row.request.requester,
  askedBy(row),
  answerText(row.recorded),
  answerText(row.now),
  resultOf(row, paint),
  noteOf(row),
];

const head = ["SEQ", "WHEN", "HOST", "BY", "ASKED", "RECORDED", "NOW", "RESULT", "NOTE"];

export const rehearsalTable = (
  rows: readonly RehearsedRow[],
  { paint, width }: { readonly paint: Paint; readonly width: number | undefined },
): string =>
  rows.length === 0
    ? ""
    : `${table(
        head,
        rows.map((row) => cells(row, paint)),
        { paint, width },
      )}\n`;

const answerDocument = (answer: Answer | undefined): object | undefined =>
  answer && whole({ decision: answer.decision, error: answer.code, message: answer.message });

/** In the names of the wire. */
export const rowDocument = (row: RehearsedRow): object => {
  const { request, host, recorded, now, verdict, why } = row;
  const { verb, action, revision } = rowOfRequest(request);
  return whole({
    seq: request.seq,
    stored_at: new Date(request.atMs).toISOString(),
    ...{ tier: host.tier, host: host.hostname, id: request.id, requester: request.requester },
    target: shortAddress(request.address),
    ...{ verb, action, revision },
    recorded: answerDocument(recorded),
    now: answerDocument(now),
    verdict: verdict.replaceAll(" ", "_"),
    why,
  });
};

export const summaryOf = ({ same, different, notReproducible }: Tally): string => {
  const all = same + different + notReproducible;
  return `${all} ${all === 1 ? "decision" : "decisions"}: ${same} the same, ${different} different, ${notReproducible} not reproducible`;
};
