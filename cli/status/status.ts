/** `hd status`: what each host runs, now or as of a time, for people or as JSON. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { timestamp } from "../print/age.ts";
import { writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { chosen } from "../work/chosen.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { readFleet, type Status } from "./read-status.ts";
import { statusDocument } from "./status-document.ts";
import { statusTable } from "./status-table.ts";

export interface StatusArgs {
  readonly targets: readonly string[];
  /** `undefined`: now. */
  readonly atMs: number | undefined;
  /** Only hosts that drift. */
  readonly drift: boolean;
  readonly form: OutputForm;
}

const print = (cli: CliEnv, { form, atMs, drift }: StatusArgs, { lines, place }: Status): void => {
  const { stdout, stderr, env, now } = cli;
  if (form !== "table") {
    const more = { as_of: new Date(place.atMs).toISOString(), as_of_seq: place.seq };
    writeList(stdout, form, { kind: "Status", key: "hosts", items: lines.map(statusDocument), more });
    return;
  }
  if (atMs !== undefined) stderr.write(`as of ${timestamp(place.atMs)} (record ${place.seq})\n`);
  if (lines.length === 0) {
    stdout.write(drift ? "every host runs the newest of its tier\n" : "no host is enrolled\n");
    return;
  }
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(statusTable(lines, { paint: paintFor(stdout, env), width, nowMs: now(), isPast: atMs !== undefined }));
};

export const status = (cli: CliEnv, connection: Connection, args: StatusArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const moment = { atMs: args.atMs, nowMs: cli.now() };
    const found = await readFleet(bus, moment, (sentence) => cli.stderr.write(`${sentence}\n`));
    if (isLeft(found)) return found;
    const meant = chosen(found.right.lines, args.targets, cli.env, connection.repeated);
    if (isLeft(meant)) return meant;
    const drifting = meant.right.filter(({ drift }) => drift !== undefined);
    print(cli, args, { ...found.right, lines: args.drift ? drifting : meant.right });
    return right(args.drift && drifting.length > 0 ? exits.differences : exits.done);
  });
