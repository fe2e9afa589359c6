/** The check that the log still has what was exported from it. */
import { right } from "fp-ts/lib/Either.js";
import { checkExport } from "../../streams/export-check.ts";
import { exportReader } from "../../streams/export-reader.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exportFile } from "../export/export-file.ts";
import { lend } from "../work/with-bus.ts";
import type { Check } from "./verify.ts";

export const exportCheck =
  (cli: CliEnv, connection: Connection, file: string): Check =>
  () =>
    lend(
      () => Promise.resolve(right(exportReader(exportFile(file)))),
      (exported) => lend(cli.logRecords(connection), (log) => checkExport(log, exported, file)()),
    );
