/** `hd export`: the log, or a part of it, as lines of JSON. What is said about it goes to stderr, because it may be piped. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import { instant } from "../../lib/contract/values.ts";
import type { RecordReader } from "../../lib/router/records.ts";
import { type ExportTo, writeExport } from "../../streams/export.ts";
import type { ExportEnd } from "../../streams/export-line.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { type Ended, lend } from "../work/with-bus.ts";
import { type Choosing, chosen } from "./chosen.ts";
import { fileSink, outputSink, type Sink } from "./file-sink.ts";
import { progressOn } from "./progress.ts";

export interface ExportArgs {
  readonly choosing: Choosing;
  readonly redact: boolean;
  /** `undefined`: to stdout. */
  readonly out: string | undefined;
  readonly force: boolean;
}

const told = ({ records, first, last }: ExportEnd, { out, redact }: ExportArgs): string => {
  const where = out === undefined ? "" : ` to ${out}`;
  if (records === 0) return `Exported no record${where}: the log holds none of those.\n`;
  const what = `${records} record${records === 1 ? "" : "s"}, ${first} to ${last}`;
  return `Exported ${what}${where}${redact ? ", redacted" : ""}.\n`;
};

const copy = async (
  cli: CliEnv,
  { connection, args, sink }: { readonly connection: Connection; readonly args: ExportArgs; readonly sink: Sink },
  reader: RecordReader,
): Promise<Either<Failure, ExportEnd | undefined>> => {
  const extent = await reader.extent()();
  if (isLeft(extent)) return extent;
  if (extent.right === undefined) {
    return left(
      failure("unaudited", `Nothing was exported: the log (stream ${logStream}) does not exist on this server.`),
    );
  }
  const { last } = extent.right;
  const choice = await chosen(cli, connection, args.choosing, last);
  if (isLeft(choice)) return choice;
  let stopped = false;
  const takeBack = cli.onInterrupt(() => {
    stopped = true;
  });
  const progress = progressOn(cli.stderr);
  const to: ExportTo = { write: sink.write, progress: (seq) => progress.show(seq, last), isStopped: () => stopped };
  const header = { stream: logStream, createdAt: instant(cli.now()), redacted: args.redact };
  const written = await writeExport(reader, { choice: choice.right, header, to })();
  progress.clear();
  takeBack();
  return written;
};

const stoppedBy = ({ out }: ExportArgs): string =>
  out === undefined
    ? "Stopped: what was written has no end, so it is not an export.\n"
    : `Stopped: ${out} was not written.\n`;

export const exportLog = async (cli: CliEnv, connection: Connection, args: ExportArgs): Promise<Ended> => {
  const opened = args.out === undefined ? right(outputSink(cli.stdout)) : await fileSink(args.out, args.force);
  if (isLeft(opened)) return opened;
  const sink = opened.right;
  const written = await lend(cli.logRecords(connection), (reader) => copy(cli, { connection, args, sink }, reader));
  const isWhole = !isLeft(written) && written.right !== undefined;
  const finished = isWhole ? await sink.finish() : right(undefined);
  if (!isWhole || isLeft(finished)) await sink.discard();
  if (isLeft(written)) return written;
  if (isLeft(finished)) return finished;
  cli.stderr.write(written.right === undefined ? stoppedBy(args) : told(written.right, args));
  return right(written.right === undefined ? exits.interrupted : exits.done);
};
