/** What a rehearsal prints: its decisions, what it passed over, and what it comes to. Each decision is printed at once as JSON lines. */
import { plain } from "../../lib/contract/plain.ts";
import type { UnreadableRecord } from "../../streams/records.ts";
import type { Rehearsal, Rehearsed, RehearsedRow } from "../../streams/rehearsal.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { documentOf, line } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { rehearsalTable, rowDocument, summaryOf, type Tally } from "./rehearsal-text.ts";

interface Wanted {
  readonly form: OutputForm;
  readonly onlyDifferent: boolean;
}

/** Of what is passed over so much is told, and the rest is counted. */
const mostPassedOver = 20;

const passedOverText = ({ seq, subject, reason }: UnreadableRecord): string =>
  `passed over: record ${seq}, ${plain(subject, 255)}: ${reason}`;

/** What a person has to know to believe the summary. */
const notesOn = ({ requests, unaddressed, first }: Rehearsed, { passedOver, morePassedOver }: Tally) => [
  ...passedOver.map(passedOverText),
  ...(morePassedOver > 0 ? [`passed over: ${morePassedOver} more`] : []),
  ...(requests === 0 ? ["this record holds no request"] : []),
  ...(unaddressed > 0 ? [`${unaddressed} of ${requests} requests were asked of no host of this rehearsal`] : []),
  ...(first > 1 ? [`this record begins at sequence ${first}; what was before is not known`] : []),
];

const summaryDocument = ({ hosts, requests, unaddressed, first }: Rehearsed, tally: Tally): object => ({
  ...{ same: tally.same, different: tally.different, not_reproducible: tally.notReproducible },
  ...{ hosts, requests, unaddressed, first_seq: first },
  passed_over: tally.passedOver.map(({ seq, subject, reason }) => ({ seq, subject, reason })),
  passed_over_more: tally.morePassedOver,
});

export interface RehearsalOutput extends Rehearsal {
  readonly different: () => number;
  readonly end: (rehearsed: Rehearsed) => void;
}

export const rehearsalOutput = (cli: CliEnv, { form, onlyDifferent }: Wanted): RehearsalOutput => {
  const { stdout, stderr, env } = cli;
  const rows: RehearsedRow[] = [];
  const passed: UnreadableRecord[] = [];
  const count = { same: 0, different: 0, "not reproducible": 0, passed: 0 };
  const tally = (): Tally => ({
    ...{ same: count.same, different: count.different, notReproducible: count["not reproducible"] },
    ...{ passedOver: passed, morePassedOver: count.passed - passed.length },
  });

  return {
    row: (row) => {
      count[row.verdict] += 1;
      if (onlyDifferent && row.verdict !== "different") return;
      if (form === "ndjson") stdout.write(line({ type: "item", ...rowDocument(row) }));
      else rows.push(row);
    },
    passedOver: (record) => {
      count.passed += 1;
      if (passed.length < mostPassedOver) passed.push(record);
    },
    different: () => count.different,
    end: (rehearsed) => {
      const told = tally();
      const summary = summaryDocument(rehearsed, told);
      if (form === "ndjson") stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: "Rehearsal", ...summary }));
      if (form === "json") stdout.write(documentOf("Rehearsal", { ...summary, decisions: rows.map(rowDocument) }));
      if (form !== "table") return;
      for (const note of notesOn(rehearsed, told)) stderr.write(`${note}\n`);
      const width = stdout.isTTY ? stdout.size().columns : undefined;
      stdout.write(`${rehearsalTable(rows, { paint: paintFor(stdout, env), width })}${summaryOf(told)}\n`);
    },
  };
};
