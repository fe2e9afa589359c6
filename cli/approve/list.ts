/** `hd approve --list`: the wishes that wait for a person's word. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { age, clock } from "../print/age.ts";
import { askedByText } from "../print/asked-by.ts";
import { writeList } from "../print/json.ts";
import { names } from "../print/names.ts";
import { oneLine } from "../print/one-line.ts";
import { paintFor } from "../print/paint.ts";
import { revisionText } from "../print/revision.ts";
import { table } from "../print/table.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { openWishes } from "./found.ts";
import { type Told, wishDocument } from "./wish-text.ts";

const cells = ({ wish: { atMs, requester, address, wish }, state }: Told, nowMs: number): readonly string[] => [
  age(atMs, nowMs),
  wish.id,
  shortAddress(address),
  names(wish.hosts, 4),
  wish.action,
  revisionText(wish.commit ?? wish.revision),
  askedByText({ requester, client: wish.client, tool: wish.tool }),
  state.kind === "open" ? clock(state.untilMs) : "",
  oneLine(wish.reason ?? "", 100),
];

const head = ["WHEN", "ID", "TARGET", "HOSTS", "ACTION", "REVISION", "BY", "UNTIL", "REASON"];

const tableOf = ({ stdout, env, now }: CliEnv, open: readonly Told[]): string => {
  if (open.length === 0) return "nothing waits for a person's approval\n";
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  const rows = open.map((one) => cells(one, now()));
  return table(head, rows, { paint: paintFor(stdout, env), width });
};

export const listWishes = (cli: CliEnv, connection: Connection, form: OutputForm): Promise<Ended> =>
  withBus(cli, connection, async ({ log }) => {
    const open = await openWishes(log, cli.now());
    if (isLeft(open)) return open;
    if (form === "table") cli.stdout.write(tableOf(cli, open.right));
    else writeList(cli.stdout, form, { kind: "Wishes", key: "wishes", items: open.right.map(wishDocument) });
    return right(exits.done);
  });
