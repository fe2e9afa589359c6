/** `hd history`: the newest deployments that the log holds, for people or as JSON. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import { type HistoryPage, type HistoryReader, history as readHistory } from "../../streams/history.ts";
import type { HistoryQuery } from "../../streams/history-query.ts";
import type { HistoryRow } from "../../streams/history-row.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { historyTable } from "./history-table.ts";
import { pageNote } from "./page-note.ts";

/** In the names of the wire. */
const documentOf = (row: HistoryRow): object =>
  whole({
    seq: row.seq,
    stored_at: new Date(row.atMs).toISOString(),
    status: row.status,
    message: row.message,
    error: row.error,
    id: row.id,
    request_seq: row.requestSeq,
    target: row.address && shortAddress(row.address),
    tier: row.tier,
    host: row.host,
    requester: row.requester,
    on_behalf_of: row.onBehalfOf,
    client: row.client,
    tool: row.tool,
    confirmed: row.confirmed,
    proof: row.proof,
    reason: row.reason,
    replay_of: row.replayOf,
    build_request: row.buildRequest,
    verb: row.verb,
    action: row.action,
    revision: row.revision,
    commit: row.commit,
    generation: row.generation,
    phase: row.phase,
    cause: row.cause,
    cancelled_by: row.cancelledBy,
    failed_units: row.failedUnits,
    reboot_needed: row.rebootNeeded,
    elapsed_ms: row.elapsedMs,
    simulated: row.simulated,
  });

/** Where the page ends, in the names of the wire. */
const endOf = ({ nextBefore, complete }: HistoryPage): object => whole({ complete, next_before: nextBefore });

const print = ({ stdout, env, now }: CliEnv, form: OutputForm, page: HistoryPage): void => {
  const { rows } = page;
  if (form !== "table") {
    writeList(stdout, form, { kind: "History", key: "deployments", items: rows.map(documentOf), more: endOf(page) });
    return;
  }
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(historyTable(rows, { paint: paintFor(stdout, env), width, nowMs: now() }));
};

export const history = (
  cli: CliEnv,
  connection: Connection,
  { form, query }: { readonly form: OutputForm; readonly query: HistoryQuery },
): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const read: HistoryReader = readHistory(bus.log);
    const page = await read(query)();
    if (isLeft(page)) return page;
    print(cli, form, page.right);
    // A program finds the next page in the document.
    if (form !== "table" && page.right.complete) return right(exits.done);
    const note = await pageNote(bus.log, page.right);
    if (note !== undefined) cli.stderr.write(`${note}\n`);
    return right(exits.done);
  });
