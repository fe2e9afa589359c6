/** `hd hosts`: who is there, for people or as JSON. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import type { HostLine } from "./host-line.ts";
import { hostTable } from "./host-table.ts";
import { readHosts } from "./read-hosts.ts";
import type { Deployed } from "./runs.ts";

const runsDocument = ({ action, commit, closure, revision, requester, atMs }: Deployed): object =>
  whole({ action, commit, closure, revision, requester, since: new Date(atMs).toISOString() });

const documentOf = ({ lastCompleted, runs, doing, seenAtMs, unlikeLog, unreadable, ...line }: HostLine): object =>
  whole({
    ...{ ...line, doing: doing?.event },
    seen_at: seenAtMs === undefined ? undefined : new Date(seenAtMs).toISOString(),
    presence_unreadable: unreadable,
    runs: runs && runsDocument(runs),
    unlike_log: unlikeLog && whole({ ...unlikeLog }),
    last_completed: lastCompleted?.event,
  });

const print = ({ stdout, env, now }: CliEnv, form: OutputForm, lines: readonly HostLine[]): void => {
  if (form !== "table") {
    writeList(stdout, form, { kind: "Hosts", key: "hosts", items: lines.map(documentOf) });
    return;
  }
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(hostTable(lines, { paint: paintFor(stdout, env), width, nowMs: now() }));
};

export interface HostsArgs {
  readonly form: OutputForm;
  readonly discoverSubject: string;
}

export const hosts = (cli: CliEnv, connection: Connection, { form, discoverSubject }: HostsArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const say = (sentence: string) => cli.stderr.write(`${sentence}\n`);
    const lines = await readHosts(bus, { discoverSubject, say });
    if (isLeft(lines)) return lines;
    print(cli, form, lines.right);
    return right(exits.done);
  });
