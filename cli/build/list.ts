/** `hd builds`: the newest builds that the log holds, for people or as JSON. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { shortBuild } from "../../lib/contract/build-address.ts";
import { type BuildRow, type BuildsQuery, builds } from "../../streams/builds.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { firstLine } from "../follow/watched.ts";
import { age } from "../print/age.ts";
import { askedByText } from "../print/asked-by.ts";
import { duration } from "../print/duration.ts";
import { whole, writeList } from "../print/json.ts";
import { type Paint, paintFor, tone } from "../print/paint.ts";
import { revisionText } from "../print/revision.ts";
import { simulatedNote } from "../print/simulated.ts";
import { table } from "../print/table.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

const orderIn = ({ request: { body } }: BuildRow) => (isLeft(body) ? undefined : body.right);

const documentOf = (row: BuildRow): object => {
  const { request, status, last } = row;
  const order = orderIn(row);
  const event = last?.event;
  return whole({
    ...{ id: request.id, request_seq: request.seq, stored_at: new Date(request.atMs).toISOString() },
    ...{ target: shortBuild(request), repo: request.repo, status },
    ...{ requester: request.requester, on_behalf_of: order?.on_behalf_of, client: order?.client, tool: order?.tool },
    ...{ revision: order?.revision, commit: event?.commit, reason: order?.reason, hosts: order?.hosts },
    ...{ builder: event?.builder, error: event?.error, message: event?.message, elapsed_ms: event?.elapsed_ms },
    ...{ total: event?.total, built: event?.built, failed: event?.failed, simulated: event?.simulated },
  });
};

/** How it ended where that is not plain, and why it was asked for. */
const noteOf = (row: BuildRow): string => {
  const { request, status, last } = row;
  if (isLeft(request.body)) return request.body.left;
  const { total, built, error } = last?.event ?? {};
  const counts = status === "failed" && total !== undefined && built !== undefined ? `${built} of ${total} built` : "";
  const reason = request.body.right.reason;
  const what = [error ?? "", counts].filter((part) => part !== "").join(", ");
  return [what, reason === undefined ? "" : firstLine(reason)].filter((part) => part !== "").join(": ");
};

const cells = (row: BuildRow, paint: Paint, nowMs: number): readonly string[] => {
  const { request, status, last } = row;
  const order = orderIn(row);
  const event = last?.event;
  const by = { onBehalfOf: order?.on_behalf_of, client: order?.client, tool: order?.tool };
  return [
    age(request.atMs, nowMs),
    request.repo,
    request.target,
    tone(paint, status)(`${status}${event?.simulated === true ? "*" : ""}`),
    revisionText(order?.revision ?? ""),
    event?.commit?.slice(0, 7) ?? "",
    askedByText({ requester: request.requester, ...by }),
    event?.elapsed_ms === undefined ? "" : duration(event.elapsed_ms),
    request.id,
    noteOf(row),
  ];
};

const tableOf = (rows: readonly BuildRow[], paint: Paint, width: number | undefined, nowMs: number): string => {
  if (rows.length === 0) return "no build in the log matches\n";
  const head = ["WHEN", "REPO", "TARGET", "STATUS", "REVISION", "COMMIT", "BY", "DURATION", "ID", "NOTE"];
  const simulated = rows.some(({ last }) => last?.event.simulated === true);
  const note = simulated ? `\n${paint.yellow(`* ${simulatedNote}`)}\n` : "";
  const lines = rows.map((row) => cells(row, paint, nowMs));
  return `${table(head, lines, { paint, width })}${note}`;
};

export const listBuilds = (
  { stdout, env, now, connect }: CliEnv,
  connection: Connection,
  { form, query }: { readonly form: OutputForm; readonly query: BuildsQuery },
): Promise<Ended> =>
  withBus({ connect }, connection, async ({ log }) => {
    const rows = await builds(log, query)();
    if (isLeft(rows)) return rows;
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    if (form === "table") stdout.write(tableOf(rows.right, paintFor(stdout, env), width, now()));
    else writeList(stdout, form, { kind: "Builds", key: "builds", items: rows.right.map(documentOf) });
    return right(exits.done);
  });
