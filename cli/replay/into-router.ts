/**
 * `hd replay --into-router`: puts recorded requests to hosts that only decide, and prints each decision beside the recorded
 * one. Nothing is sent, appended or run; of a log in use only what it holds at the start is read.
 */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { Policy } from "../../lib/router/rehearsal.ts";
import { exportReader } from "../../streams/export-reader.ts";
import { rehearse } from "../../streams/rehearsal.ts";
import { logSource, recordsSource, type Source } from "../../streams/rehearsal-source.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { GivenConnection } from "../connection/access.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { exportFile } from "../export/export-file.ts";
import { type Ended, lend, withBus } from "../work/with-bus.ts";
import { rehearsalOutput } from "./rehearsal-output.ts";

export interface IntoRouter extends Policy {
  /** The file of an export, or `stream`: the log in use. */
  readonly from: string;
  readonly hosts: readonly HostIdentity[];
  readonly onlyDifferent: boolean;
  readonly form: OutputForm;
}

/** Thrown by a source that is told to stop, and caught nowhere but here. */
const stopped = Symbol("stopped");

const stoppable =
  (source: Source, isStopped: () => boolean): Source =>
  (visit) =>
    source(async (stored) => {
      if (isStopped()) throw stopped;
      await visit(stored);
    });

const rehearsed = async (cli: CliEnv, source: Source, args: IntoRouter): Promise<Ended> => {
  const { hosts, trustedKeysFile, queueMs, frozen } = args;
  const output = rehearsalOutput(cli, args);
  return lend(cli.rehearse({ trustedKeysFile, queueMs, frozen }), async (stage) => {
    const ended = await rehearse(source, stage, { hosts, isChecking: trustedKeysFile !== undefined }, output);
    if (isLeft(ended)) return ended;
    output.end(ended.right);
    return right(output.different() > 0 ? exits.differences : exits.done);
  });
};

/** What hosts kept on the disk is removed whatever happens, so an interrupt ends it and does not break it off. */
const untilStopped = async (cli: CliEnv, source: Source, args: IntoRouter): Promise<Ended> => {
  let isStopped = false;
  const heedNoMore = cli.onInterrupt(() => {
    isStopped = true;
  });
  try {
    const whole = stoppable(source, () => isStopped);
    return await rehearsed(cli, whole, args);
  } catch (thrown) {
    if (thrown === stopped) return right(exits.interrupted);
    throw thrown;
  } finally {
    heedNoMore();
  }
};

const redacted = (path: string) =>
  failure("invalid_request", `${path} is redacted, so that no signature in it fits; leave out --trusted-keys.`);

/** Nothing of an export is put to anyone before all of it was found whole. */
const fromFile = async (cli: CliEnv, args: IntoRouter): Promise<Ended> => {
  const reader = exportReader(exportFile(args.from));
  try {
    const summary = await reader.summary()();
    if (isLeft(summary)) return summary;
    if (summary.right.redacted && args.trustedKeysFile !== undefined) return left(redacted(args.from));
    return await untilStopped(cli, recordsSource(reader), args);
  } finally {
    await reader.close();
  }
};

export const intoRouter = (cli: CliEnv, given: GivenConnection, args: IntoRouter): Promise<Ended> => {
  if (args.from !== "stream") return fromFile(cli, args);
  return withConnection(cli, given, args.form, (connection) =>
    withBus(cli, connection, async (bus) => {
      const source = await logSource(bus.log);
      return isLeft(source) ? source : untilStopped(cli, source.right, args);
    }),
  );
};
