/**
 * Reads a stream whole: the log, or the vault's copy of it, each from the account that it is in. Pages are bounded in bytes
 * as well, so that a reader of any stream needs little memory.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { left, map, orElse, right, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Msg, MsgHdrs, NatsConnection } from "nats";
import type { Failure } from "../contract/failure.ts";
import { inboxPrefix, jetStreamApi, logStream, vaultStream } from "../contract/log-names.ts";
import type { Extent, RawRecord, RecordReader, SentHeaders } from "../router/records.ts";
import { absenceOf } from "./absence.ts";
import { reached } from "./api-prefix.ts";
import type { BusOptions } from "./bus.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { directGetAs, directGetManyAs } from "./direct-get.ts";
import { missingLog } from "./failures.ts";
import { withStoredTimes } from "./imported.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { batchServer, isAtLeast } from "./server-version.ts";
import { windowedGet } from "./windowed-get.ts";

const deadlineMs = 30_000;
const answerMs = 2_000;
const pageRecords = 512;
const pageBytes = 4 * 1024 * 1024;

/** The message id is the sender's; other headers of this name are for the server. */
const isSent = (name: string): boolean => !/^nats-/i.test(name) || /^nats-msg-id$/i.test(name);

const headersOf = (headers: MsgHdrs | undefined): SentHeaders =>
  new Map([...(headers ?? [])].filter(([name]) => isSent(name)));

/** `<stream> <sequence> <filter> <transform> <subject> <incarnation>`, of which an older server leaves the end out. */
const sourceOf = (headers: MsgHdrs | undefined) => {
  const [, seq = "0", , , , origin = ""] = (headers?.last("Nats-Stream-Source") ?? "").split(" ");
  return { originSeq: Number(seq), origin };
};

const rawOf = ({ data, headers }: Pick<Msg, "data" | "headers">): RawRecord => ({
  seq: Number(headers?.last("Nats-Sequence")),
  ...sourceOf(headers),
  subject: headers?.last("Nats-Subject") ?? "",
  time: headers?.last("Nats-Time-Stamp") ?? "",
  headers: headersOf(headers),
  body: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1"),
});

const [getOne, getMany] = [directGetAs(rawOf), directGetManyAs(rawOf)];

const readerOf = (link: Link, stream: string): RecordReader => {
  const reach = { nc: link.nc, api: link.api, stream };
  const info = async (timeout: number) => {
    const { streams } = await jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout });
    const { state } = await streams.info(stream);
    return { records: state.messages, first: state.first_seq, last: state.last_seq };
  };
  const absence = absenceOf(link, () => info(1_000));
  const read = <A>(ask: (timeoutMs: number) => Promise<A>): TaskEither<Failure, A> =>
    insist(ask, { link, deadlineMs, absence, inVain: ({ failure }) => failure });
  const unlessMissing = orElse(
    (failed: Failure): TaskEither<Failure, Extent | undefined> =>
      failed === missingLog ? right(undefined) : left(failed),
  );
  const from = (seq: number) => ({ seq, next_by_subj: ">" });
  const window = windowedGet((seq) => getOne(reach, from(seq), answerMs));
  const ask = async (seq: number, timeoutMs: number): Promise<readonly RawRecord[]> => {
    const isBatch = isAtLeast(link.nc, batchServer);
    const batch = { ...from(seq), batch: pageRecords, max_bytes: pageBytes };
    const { records } = isBatch ? await getMany(reach, batch, timeoutMs) : await window(seq, pageRecords);
    return withStoredTimes(reach, records);
  };
  return {
    extent: () => unlessMissing(read<Extent | undefined>(info)),
    page: (seq) => read((timeoutMs) => ask(seq, timeoutMs)),
  };
};

export interface RecordConnection extends RecordReader {
  readonly close: () => Promise<void>;
}

const connectionOf = ({ servers, credentials, tls, requester }: BusOptions) =>
  connect({
    ...{ servers, credentials, tls },
    name: `hd ${requester}`,
    inboxPrefix: inboxPrefix(requester),
    patient: false,
  });

const lent = (link: Link, stream: string): RecordConnection => ({
  ...readerOf(link, stream),
  close: () => close(link),
});

/** As someone who may read the log. */
export const connectLogRecords = (options: BusOptions): TaskEither<Failure, RecordConnection> =>
  reached(connectionOf(options), `STREAM.INFO.${logStream}`, (nc, api) =>
    lent(linkOf(nc, options.notice, api), logStream),
  );

/** As the vault's keeper. */
export const connectVaultRecords = (options: BusOptions): TaskEither<Failure, RecordConnection> =>
  map((nc: NatsConnection) => lent(linkOf(nc, options.notice, jetStreamApi), vaultStream))(connectionOf(options));
