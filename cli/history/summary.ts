/** `hd history --summary`: what the log says of each host in all, for people or as JSON. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Times } from "../../streams/deployment-times.ts";
import { type HostSummary, historySummary, type Last, type SummaryQuery } from "../../streams/history-summary.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { failedShare, summaryTable } from "./summary-table.ts";

const lastDocument = (record: Last | undefined): object | undefined => {
  if (record === undefined) return undefined;
  const event = record.kind === "response" ? record.event : undefined;
  return whole({
    seq: record.seq,
    stored_at: new Date(record.atMs).toISOString(),
    ...{ id: event?.id, commit: event?.commit, error: event?.error },
    unreadable: record.kind === "unreadable" ? record.reason : undefined,
  });
};

const timesDocument = (times: Times | undefined): object | undefined =>
  times && { sample: times.count, median_ms: times.medianMs, p95_ms: times.p95Ms };

const documentOf = ({ tier, host, ended, lastCompleted, lastFailed, times }: HostSummary, phases: boolean): object =>
  whole({
    ...{ tier, host, ...ended },
    failed_share: failedShare(ended),
    last_success: lastDocument(lastCompleted),
    last_failure: lastDocument(lastFailed),
    duration: timesDocument(times.whole),
    ...(phases
      ? { phases: Object.fromEntries([...times.phases].map(([phase, one]) => [phase, timesDocument(one)])) }
      : {}),
  });

export interface SummaryArgs {
  readonly form: OutputForm;
  readonly query: SummaryQuery;
}

export const summary = (cli: CliEnv, connection: Connection, { form, query }: SummaryArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const hosts = await historySummary(bus.log, query)();
    if (isLeft(hosts)) return hosts;
    const { stdout, env, now } = cli;
    if (form !== "table") {
      const items = hosts.right.map((host) => documentOf(host, query.phases));
      writeList(stdout, form, { kind: "HistorySummary", key: "hosts", items });
      return right(exits.done);
    }
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    stdout.write(summaryTable(hosts.right, { paint: paintFor(stdout, env), width, nowMs: now() }));
    return right(exits.done);
  });
