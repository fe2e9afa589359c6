/**
 * Makes the log that an import fills, and closes the import. While it is filled the log remembers message ids for an instant
 * only, because the same id may stand in an export twice, long apart. Only at the end does the stream say what was imported:
 * of an import that stopped half-way no time is believed.
 */
import { type JetStreamManager, jetstreamManager, type StreamInfo } from "@nats-io/jetstream";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type NatsConnection, nanos } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { importedKey, importingKey, inboxPrefix, jetStreamApi, logStream } from "../contract/log-names.ts";
import type { Importer } from "../router/importer.ts";
import type { StreamSettings } from "../router/provisioner.ts";
import type { Extent } from "../router/records.ts";
import { absenceOf } from "./absence.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { missingLog, troubleOf } from "./failures.ts";
import { importAppend } from "./import-append.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import type { ProvisionerOptions } from "./provisioner.ts";
import { toStreamConfig } from "./stream-settings.ts";

const deadlineMs = 30_000;

/** The shortest that a server takes. */
const rememberMs = 100;

/** For the headers that come with an import, so that the largest record fits. */
const headroomBytes = 1024;

const whileFilled = (settings: StreamSettings): StreamSettings => ({
  ...settings,
  duplicateWindowMs: rememberMs,
  maxRecordBytes: settings.maxRecordBytes + headroomBytes,
});

const infoOf = async ({ streams }: JetStreamManager): Promise<StreamInfo | undefined> => {
  try {
    return await streams.info(logStream);
  } catch (thrown) {
    if (troubleOf(thrown).failure === missingLog) return undefined;
    throw thrown;
  }
};

const refused = (why: string) => left(failure("invalid_request", `Nothing was imported: ${why}`));
const another = `Import into a server without it, or delete the stream first, as its owner: nats stream rm ${logStream}`;

const unusable = ({ state }: StreamInfo, { first }: Extent): string | undefined => {
  if (state.messages > 0) return `the log (stream ${logStream}) holds records already. ${another}`;
  if (state.consumer_count > 0)
    return `hosts have their place in the log already, and would take the old requests for new ones. ${another}`;
  if (state.last_seq !== first - 1)
    return `the log (stream ${logStream}) is empty, but its next record is ${state.last_seq + 1}, and the first to import is ${first}. ${another}`;
  return undefined;
};

const prepared = async (
  api: JetStreamManager,
  settings: StreamSettings,
  extent: Extent,
): Promise<Either<Failure, void>> => {
  const filling = toStreamConfig(whileFilled(settings));
  const there = await infoOf(api);
  const info = there ?? (await api.streams.add({ ...filling, first_seq: extent.first }));
  const why = unusable(info, extent);
  if (why !== undefined) return refused(why);
  const { duplicate_window, max_msg_size } = filling;
  const metadata = { ...info.config.metadata, [importingKey]: "true" };
  await api.streams.update(logStream, { ...info.config, duplicate_window, max_msg_size, metadata });
  return right(undefined);
};

const placesMade =
  "Somebody made places for hosts meanwhile: stop those listeners at once, because they take the imported requests for new ones.";

const sealed = async (
  { streams }: JetStreamManager,
  settings: StreamSettings,
  extent: Extent,
): Promise<Either<Failure, void>> => {
  const { config, state } = await streams.info(logStream);
  const { records, first, last } = extent;
  if (state.consumer_count > 0) return left(failure("unaudited", placesMade));
  if (state.messages !== records || state.first_seq !== first || state.last_seq !== last) {
    return left(
      failure(
        "unaudited",
        `The log holds ${state.messages} records, ${state.first_seq} to ${state.last_seq}: somebody else wrote into it.`,
      ),
    );
  }
  const { [importingKey]: _ended, ...metadata } = config.metadata ?? {};
  await streams.update(logStream, {
    ...config,
    ...{ duplicate_window: nanos(settings.duplicateWindowMs), max_msg_size: settings.maxRecordBytes },
    metadata: { ...metadata, [importedKey]: String(last) },
  });
  return right(undefined);
};

const importerOf = (link: Link): Importer => {
  const api = (timeout: number) => jetstreamManager(link.nc, { apiPrefix: jetStreamApi, checkAPI: false, timeout });
  const absence = absenceOf(link, async () => infoOf(await api(1_000)));
  const manage =
    (ask: (manager: JetStreamManager) => Promise<Either<Failure, void>>): TaskEither<Failure, void> =>
    async () => {
      const insistence = { link, deadlineMs, absence, inVain: (last: { readonly failure: Failure }) => last.failure };
      const answer = await insist(async (timeoutMs) => ask(await api(timeoutMs)), insistence)();
      return isLeft(answer) ? answer : answer.right;
    };
  return {
    begin: (settings, extent) => manage((manager) => prepared(manager, settings, extent)),
    append: importAppend(link.nc),
    end: (settings, extent) => manage((manager) => sealed(manager, settings, extent)),
  };
};

export interface ImporterConnection extends Importer {
  readonly close: () => Promise<void>;
}

/** As the owner of the streams' account. */
export const connectImporter = ({
  requester,
  notice,
  ...access
}: ProvisionerOptions): TaskEither<Failure, ImporterConnection> =>
  map((nc: NatsConnection) => {
    const link = linkOf(nc, notice);
    return { ...importerOf(link), close: () => close(link) };
  })(connect({ ...access, name: `hd importer ${requester}`, inboxPrefix: inboxPrefix(requester), patient: false }));
