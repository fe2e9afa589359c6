/**
 * Whether the log still has what was exported from it, byte for byte. An export may be of a part of the log, so what it does not
 * have is no finding; what it has and the log has not, or has otherwise, is.
 */

import { isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { logStream } from "../lib/contract/log-names.ts";
import type { RecordReader } from "../lib/router/records.ts";
import type { ExportSummary } from "./export-pages.ts";
import type { ExportReader } from "./export-reader.ts";
import type { Checked, Finding } from "./finding.ts";
import { plural } from "./plural.ts";
import { type SequenceRanges, shownRanges } from "./sequence-ranges.ts";
import { type Comparison, compareWithVault } from "./vault-comparison.ts";

const redactedExport = (name: string): Failure =>
  failure(
    "invalid_request",
    `${name} was redacted, so it cannot be compared with the log. Export without --redact to compare.`,
  );

const finding = (code: string, of: SequenceRanges, text: (what: string) => string): readonly Finding[] =>
  of.count === 0
    ? []
    : [{ ...of, code, isLoss: code === "differs", message: text(`${plural(of.count)} (${shownRanges(of)})`) }];

const checkedOf = (name: string, { records, first, last }: ExportSummary, compared: Comparison): Checked => {
  const { same, differs, onlyVault, onlyLog } = compared;
  const findings = [
    ...finding("differs", differs, (what) => `The log and ${name} do not have the same at ${what}.`),
    ...finding("log_lost", onlyVault, (what) => `The log lacks ${what} that ${name} has.`),
  ];
  return {
    check: "export",
    facts: [
      records === 0
        ? `${name} holds no records`
        : `${name} holds ${plural(records)}, ${first} to ${last}, and is whole`,
      `${plural(same)} the same in both; up to there ${logStream} has ${onlyLog.count} more`,
    ],
    findings,
    verdict:
      findings.length === 0 ? "The log has every record of the export, byte for byte." : "Keep both as they are.",
  };
};

const nothing = { records: 0, first: 0, last: 0 };

/** `name`: of the export, as people call it. */
export const checkExport =
  (log: RecordReader, exported: ExportReader, name: string): TaskEither<Failure, Checked> =>
  async () => {
    const summary = await exported.summary()();
    if (isLeft(summary)) return summary;
    if (summary.right.redacted) return left(redactedExport(name));
    const extent = await log.extent()();
    if (isLeft(extent)) return extent;
    const logExtent = extent.right ?? nothing;
    const vault: RecordReader = {
      extent: exported.extent,
      page: (seq) => async () => {
        const page = await exported.page(seq)();
        return isLeft(page) ? page : right(page.right.map((record) => ({ ...record, originSeq: record.seq })));
      },
    };
    const compared = await compareWithVault({ log, vault, logExtent, vaultExtent: summary.right, dueLast: 0 });
    return isLeft(compared) ? compared : right(checkedOf(name, summary.right, compared.right));
  };
