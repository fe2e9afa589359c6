/**
 * Fills an empty log from an export, so that it is the same log: nothing is done unless the whole export was read first and
 * has every record from its first to its last. What was begun and could not be ended is told as such, because nothing of it
 * can be taken back here.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { logStream } from "../lib/contract/log-names.ts";
import type { Importer } from "../lib/router/importer.ts";
import type { StreamSettings } from "../lib/router/provisioner.ts";
import type { ExportSummary } from "./export-pages.ts";
import type { ExportReader } from "./export-reader.ts";

export interface ImportOptions {
  /** What people call the export. */
  readonly name: string;
  readonly settings: StreamSettings;
  readonly progress: (seq: number, last: number) => void;
  readonly isStopped: () => boolean;
}

/** Why it is no whole log: a clause. */
const unfit = ({ stream, records, first, last }: ExportSummary): string | undefined => {
  if (stream !== logStream) return `is of the stream ${stream}, and not of ${logStream}`;
  if (records === 0) return "holds no records";
  if (records === last - first + 1) return undefined;
  return `holds ${records} of the records ${first} to ${last}, and a log has no gaps. It can be read as it is: hd verify and hd replay take it`;
};

const halfway = (done: number, { last }: ExportSummary, why: string): Either<Failure, never> =>
  left(
    failure(
      "unaudited",
      `The import stopped after record ${done} of ${last}, and the log holds that part only. ${why} To begin again, delete the stream as its owner: nats stream rm ${logStream}`,
    ),
  );

const fill = async (
  importer: Importer,
  { page }: ExportReader,
  summary: ExportSummary,
  { settings, progress, isStopped }: ImportOptions,
): Promise<Either<Failure, ExportSummary>> => {
  const { first, last } = summary;
  for (let next = first; next <= last; ) {
    const records = await page(next)();
    if (isLeft(records)) return halfway(next - 1, summary, records.left.message);
    if (isStopped()) return halfway(next - 1, summary, "It was interrupted.");
    const appended = await importer.append(records.right)();
    if (isLeft(appended)) return halfway(next - 1, summary, appended.left.message);
    next = (records.right.at(-1)?.seq ?? last) + 1;
    progress(next - 1, last);
  }
  const ended = await importer.end(settings, summary)();
  return isLeft(ended) ? halfway(last, summary, ended.left.message) : right(summary);
};

export const importLog =
  (importer: Importer, reader: ExportReader, options: ImportOptions): TaskEither<Failure, ExportSummary> =>
  async () => {
    const summary = await reader.summary()();
    if (isLeft(summary)) return summary;
    const why = unfit(summary.right);
    if (why !== undefined) return left(failure("invalid_request", `Nothing was imported: ${options.name} ${why}.`));
    const begun = await importer.begin(options.settings, summary.right)();
    return isLeft(begun) ? begun : fill(importer, reader, summary.right, options);
  };
