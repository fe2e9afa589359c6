/** `hd import`: fills an empty log from an export, as the owner of the streams' account. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { auditStream } from "../../streams/audit.ts";
import type { ExportSummary } from "../../streams/export-pages.ts";
import { type ExportReader, exportReader } from "../../streams/export-reader.ts";
import { importLog as fillLog } from "../../streams/import.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection, Importing } from "../env.ts";
import { exits } from "../exits.ts";
import { exportFile } from "../export/export-file.ts";
import { progressOn } from "../export/progress.ts";
import { printError } from "../print/error.ts";
import { writeList } from "../print/json.ts";
import { type Ended, lend } from "../work/with-bus.ts";

export interface ImportArgs {
  readonly file: string;
  readonly replicas: 1 | 3;
  readonly maxBytes: number;
  readonly form: OutputForm;
}

/** `undefined`: it was interrupted, and that was told. */
const fill = async (cli: CliEnv, args: ImportArgs, reader: ExportReader, importer: Importing) => {
  let stopped = false;
  const takeBack = cli.onInterrupt(() => {
    stopped = true;
  });
  const progress = progressOn(cli.stderr);
  const options = { name: args.file, settings: auditStream(args), progress: progress.show, isStopped: () => stopped };
  const filled = await fillLog(importer, reader, options)();
  progress.clear();
  takeBack();
  if (!stopped || !isLeft(filled)) return filled;
  printError(cli, args.form !== "table", { code: filled.left.code, messages: [filled.left.message] });
  return right(undefined);
};

const print = ({ stdout }: CliEnv, form: OutputForm, { records, first, last, redacted }: ExportSummary): void => {
  if (form !== "table") {
    writeList(stdout, form, { kind: "Import", key: "imports", items: [{ records, first, last, redacted }] });
    return;
  }
  const note = redacted ? " It was redacted, so no signature can be checked." : "";
  stdout.write(`Imported ${records} record${records === 1 ? "" : "s"}, ${first} to ${last}.${note}\n`);
};

export const importLog = (cli: CliEnv, connection: Connection, args: ImportArgs): Promise<Ended> =>
  lend(
    async () => right(exportReader(exportFile(args.file))),
    async (reader) => {
      // A file that is no export is told before anyone is asked to connect.
      const whole = await reader.summary()();
      if (isLeft(whole)) return whole;
      const filled = await lend(cli.importer(connection), (importer) => fill(cli, args, reader, importer));
      if (isLeft(filled)) return filled;
      if (filled.right === undefined) return right(exits.interrupted);
      print(cli, args.form, filled.right);
      return right(exits.done);
    },
  );
