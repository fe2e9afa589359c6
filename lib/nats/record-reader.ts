/**
 * Reads a stream whole: the log, or the vault's copy of it, each from the account that it is in. Pages are bounded in bytes
 * as well, so that a reader of any stream needs little memory.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { left, map, orElse, right, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { NatsConnection } from "nats";
import type { Failure } from "../contract/failure.ts";
import { inboxPrefix, jetStreamApi, logStream, vaultStream } from "../contract/log-names.ts";
import type { Requester } from "../contract/names.ts";
import type { Extent, RawRecord, RecordReader } from "../router/records.ts";
import { absenceOf } from "./absence.ts";
import { reached } from "./api-prefix.ts";
import type { BusOptions } from "./bus.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { directGetAs, directGetManyAs, type Reach } from "./direct-get.ts";
import { missingLog } from "./failures.ts";
import { withStoredTimes } from "./imported.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { pageGet } from "./page-get.ts";
import { rawRecord } from "./raw-record.ts";
import { batchServer, isAtLeast } from "./server-version.ts";
import { windowedGet } from "./windowed-get.ts";

const deadlineMs = 30_000;
const answerMs = 2_000;
const pageRecords = 512;
const pageBytes = 4 * 1024 * 1024;

const [getOne, getMany] = [directGetAs(rawRecord), directGetManyAs(rawRecord)];

type Ask = (seq: number, timeoutMs: number) => Promise<readonly RawRecord[]>;

const from = (seq: number) => ({ seq, next_by_subj: ">" });

/** One by one, where the server has no pages. */
const window = (reach: Reach): Ask => {
  const first = windowedGet(async (seq) => getOne(reach, from(seq), answerMs));
  return async (seq) => (await first(seq, pageRecords)).records;
};

/** The first page, and each after a trouble, in the way that learns what is wrong; the others in the fast one. */
const pages = (reach: Reach, prefix: string): Ask => {
  const subject = `${reach.api}.DIRECT.GET.${reach.stream}`;
  let isProven = false;
  return async (seq, timeoutMs) => {
    const query = { ...from(seq), batch: pageRecords, max_bytes: pageBytes };
    if (!isProven) {
      const { records } = await getMany(reach, query, timeoutMs);
      isProven = true;
      return records.filter((one) => one !== undefined);
    }
    try {
      return await pageGet(reach.nc, { subject, query, inboxPrefix: prefix, timeoutMs });
    } catch (thrown) {
      isProven = false;
      throw thrown;
    }
  };
};

/** While one page is looked at, the one behind it is on its way. */
const readAhead = (page: RecordReader["page"]): RecordReader["page"] => {
  let ahead: { readonly seq: number; readonly page: Promise<Either<Failure, readonly RawRecord[]>> } | undefined;
  return (seq) => async () => {
    const known = ahead?.seq === seq ? ahead.page : undefined;
    const asked = known ?? page(seq)();
    const next = seq + pageRecords;
    ahead = { seq: next, page: page(next)() };
    const found = await asked;
    // The log may have grown since.
    return known !== undefined && (isLeft(found) || found.right.length === 0) ? page(seq)() : found;
  };
};

const readerOf = (link: Link, stream: string, prefix: string): RecordReader => {
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
  const [byPage, byWindow] = [pages(reach, prefix), window(reach)];
  const isBatch = () => isAtLeast(link.nc, batchServer);
  const page: RecordReader["page"] = (seq) =>
    read(async (timeoutMs) => withStoredTimes(reach, await (isBatch() ? byPage : byWindow)(seq, timeoutMs)));
  const ahead = readAhead(page);
  return {
    extent: () => unlessMissing(read<Extent | undefined>(info)),
    page: (seq) => (isBatch() ? ahead : page)(seq),
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

const lent = (link: Link, stream: string, requester: Requester): RecordConnection => ({
  ...readerOf(link, stream, inboxPrefix(requester)),
  close: () => close(link),
});

/** As someone who may read the log. */
export const connectLogRecords = (options: BusOptions): TaskEither<Failure, RecordConnection> =>
  reached(connectionOf(options), `STREAM.INFO.${logStream}`, (nc, api) =>
    lent(linkOf(nc, options.notice, api), logStream, options.requester),
  );

/** As the vault's keeper. */
export const connectVaultRecords = (options: BusOptions): TaskEither<Failure, RecordConnection> =>
  map((nc: NatsConnection) => lent(linkOf(nc, options.notice, jetStreamApi), vaultStream, options.requester))(
    connectionOf(options),
  );
