/** Exports for tests: made of records, and read from text as a file would be. */
import type { RawRecord } from "../../lib/router/records.ts";
import { endLine, headerLine, recordLine } from "../../streams/export-line.ts";
import type { ExportSource } from "../../streams/export-pages.ts";

export const rawRecord = (seq: number, changes: Partial<RawRecord> = {}): RawRecord => ({
  ...{ seq, originSeq: 0, origin: "", subject: "hd.req.alice.prod.web1" },
  ...{ time: "2026-11-28T04:00:00.123456789Z", headers: new Map([["Nats-Msg-Id", [`id-${seq}`]]]) },
  ...{ body: `{"n":${seq}}` },
  ...changes,
});

export const exportText = (records: readonly RawRecord[], redacted = false): string =>
  [
    headerLine({ stream: "HD_AUDIT", createdAt: "2026-11-28T05:00:00.000Z", redacted }),
    ...records.map(recordLine),
    endLine({ records: records.length, first: records[0]?.seq ?? 0, last: records.at(-1)?.seq ?? 0 }),
  ].join("");

/** Its lines, `size` at a time. */
export const textSource = (text: string, size = 3): ExportSource => ({
  name: "the export",
  open: async function* () {
    const lines = text.split(/(?<=\n)/).filter((line) => line !== "");
    for (let at = 0; at < lines.length; at += size) yield lines.slice(at, at + size);
  },
});
