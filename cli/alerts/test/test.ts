/** `hd alerts test`: what a rule would have told over the recorded log, for people or as JSON. Nothing is sent or written. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Alert, Place } from "../../../lib/contract/alert.ts";
import type { Rule } from "../../../lib/contract/alert-rules.ts";
import { rehearseAlerts } from "../../../streams/alerts/rehearse.ts";
import { plural } from "../../../streams/plural.ts";
import type { OutputForm } from "../../args/output-arg.ts";
import type { CliEnv, Connection } from "../../env.ts";
import { exits } from "../../exits.ts";
import { timestamp } from "../../print/age.ts";
import { whole, writeList } from "../../print/json.ts";
import { names } from "../../print/names.ts";
import { paintFor } from "../../print/paint.ts";
import { table } from "../../print/table.ts";
import { type Ended, withBus } from "../../work/with-bus.ts";

export interface TestArgs {
  readonly rule: Rule;
  readonly sinceMs: number;
  /** How many alerts are shown. */
  readonly limit: number;
  readonly form: OutputForm;
}

/** All are counted, the newest are kept. */
const tally = (limit: number) => {
  const kinds = { firing: 0, resolved: 0 };
  const hosts = new Map<Place, number>();
  const newest: Alert[] = [];
  const take = (alert: Alert): void => {
    kinds[alert.kind] += 1;
    if (alert.kind === "firing") for (const place of alert.hosts) hosts.set(place, (hosts.get(place) ?? 0) + 1);
    newest.push(alert);
    if (newest.length > limit) newest.shift();
  };
  return { kinds, hosts, newest, take };
};

type Tally = ReturnType<typeof tally>;

const mostFirst = ({ hosts }: Tally): readonly (readonly [Place, number])[] =>
  [...hosts].toSorted(([, a], [, b]) => b - a);

/** What the log cannot tell. */
const caveatOf = ({ when: { kind } }: Rule): string | undefined => {
  if (kind === "record") return undefined;
  if (kind === "reboot")
    return "When hosts were rebooted is not in the log: each counts as waiting until its next deployment that needs no reboot.";
  return "Looked at were the hosts that are enrolled now.";
};

const documentOf = ({ at, kind, severity, title, hosts, about }: Alert): object =>
  whole({ at, kind, severity, title, hosts, request_seq: about?.seq, id: about?.id });

const summaryOf = ({ rule, sinceMs }: TestArgs, { kinds, hosts }: Tally, records: number): string => {
  const told = kinds.firing + kinds.resolved;
  const since = `since ${timestamp(sinceMs)} (${plural(records)})`;
  if (told === 0) return `${rule.name} would have sent nothing ${since}.`;
  const what = `${kinds.firing} firing, ${kinds.resolved} resolved`;
  return `${rule.name} would have sent ${plural(told, "alert")} to ${names(rule.to)} ${since}: ${what}, about ${plural(hosts.size, "host")}.`;
};

const print = ({ stdout, env }: CliEnv, args: TestArgs, told: Tally, records: number): void => {
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  const options = { paint: paintFor(stdout, env), width };
  const { newest, kinds } = told;
  const rows = newest.map(({ at, kind, hosts, title }) => [timestamp(Date.parse(at)), kind, names(hosts, 3), title]);
  const counts = mostFirst(told).map(([place, count]) => [place, `${count}`]);
  const older = kinds.firing + kinds.resolved - newest.length;
  if (rows.length > 0) stdout.write(table(["TIME", "KIND", "HOSTS", "TITLE"], rows, options));
  if (older > 0) stdout.write(`and ${older} before these; --limit shows more\n`);
  if (counts.length > 0) stdout.write(`\n${table(["HOST", "FIRED"], counts, options)}\n`);
  const caveat = caveatOf(args.rule);
  stdout.write(`${[summaryOf(args, told, records), caveat ?? []].flat().join("\n")}\n`);
};

export const testRule = (cli: CliEnv, connection: Connection, args: TestArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const { rule, sinceMs, limit, form } = args;
    const told = tally(limit);
    const records = await rehearseAlerts(bus, { rule, sinceMs, untilMs: cli.now(), tell: told.take })();
    if (isLeft(records)) return records;
    if (form === "table") print(cli, args, told, records.right);
    else {
      const counts = { ...told.kinds, by_host: Object.fromEntries(mostFirst(told)), records: records.right };
      const more = { rule: rule.name, to: rule.to, counts, note: caveatOf(rule) ?? null };
      const items = told.newest.map(documentOf);
      writeList(cli.stdout, form, { kind: "AlertTest", key: "alerts", items, more });
    }
    return right(exits.done);
  });
