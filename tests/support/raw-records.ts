/** Records as a reader of whole streams has them, and a reader of a list of them. */
import { right } from "fp-ts/lib/TaskEither.js";
import { signatureHeader } from "../../lib/contract/signature.ts";
import type { Stored } from "../../lib/router/ports.ts";
import type { RawRecord, RecordReader } from "../../lib/router/records.ts";

/** So small that whoever reads more than a few records turns the page. */
const pageSize = 3;

export const rawOf = ({ seq, subject, atMs, msgId, signature, body }: Stored): RawRecord => ({
  ...{ seq, originSeq: 0, origin: "", subject, time: new Date(atMs).toISOString() },
  headers: new Map([
    ...(msgId === undefined ? [] : [["Nats-Msg-Id", [msgId]] as const]),
    ...(signature === undefined ? [] : [[signatureHeader, [signature]] as const]),
  ]),
  body: Buffer.from(body).toString("latin1"),
});

/** `last`: where the log ends, if its last records are gone. */
export const readerOf = (records: () => readonly RawRecord[], last?: number): RecordReader => ({
  extent: () => async () => {
    const all = records();
    return right({ records: all.length, first: all[0]?.seq ?? 0, last: last ?? all.at(-1)?.seq ?? 0 })();
  },
  page: (seq) =>
    right(
      records()
        .filter((one) => one.seq >= seq)
        .slice(0, pageSize),
    ),
});
