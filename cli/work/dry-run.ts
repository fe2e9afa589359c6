/** What would be sent, byte for byte but for the ids, which are made when it is: for people or as JSON. Nothing is sent here. */
import { right } from "fp-ts/lib/Either.js";
import { requestSubject, shortAddress } from "../../lib/contract/address.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { Sending } from "../args/sending-args.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { writeList } from "../print/json.ts";
import { names } from "../print/names.ts";
import { paintFor } from "../print/paint.ts";
import { table } from "../print/table.ts";
import { carryOut } from "./carry-out.ts";
import { freezeWarning } from "./freeze-warning.ts";
import type { Order } from "./order.ts";
import type { Ended } from "./with-bus.ts";

export interface SendOrShow extends Sending {
  readonly dryRun: boolean;
}

const subjectOf = ({ address, verb }: Order, requester: Requester): string => requestSubject(requester, address, verb);

const hostsOf = ({ hosts }: Order): readonly string[] => hosts.map(({ hostname }) => hostname);

const documentOf = (order: Order, requester: Requester): object => ({
  subject: subjectOf(order, requester),
  target: shortAddress(order.address),
  hosts: hostsOf(order),
  body: order.body.input,
});

const rows = (orders: readonly Order[], requester: Requester) =>
  orders.map((order) => [subjectOf(order, requester), names(hostsOf(order)), JSON.stringify(order.body.input)]);

const show = async (
  cli: CliEnv,
  { requester }: Connection,
  bus: Bus,
  orders: readonly Order[],
  { form, overrideFreeze: override }: Sending,
): Promise<Ended> => {
  const { stdout, stderr, env } = cli;
  if (form !== "table") {
    const items = orders.map((order) => documentOf(order, requester));
    writeList(stdout, form, { kind: "DryRun", key: "requests", items });
    return right(exits.done);
  }
  stderr.write(await freezeWarning(bus.log, orders, { nowMs: cli.now(), override }));
  const paint = paintFor(stdout, env);
  stdout.write(table(["SUBJECT", "HOSTS", "BODY"], rows(orders, requester), { paint, width: undefined }));
  stderr.write("nothing was sent; leave out --dry-run to send it\n");
  return right(exits.done);
};

export const sendOrShow = (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  orders: readonly Order[],
  { dryRun, ...sending }: SendOrShow,
): Promise<Ended> => (dryRun ? show : carryOut)(cli, connection, bus, orders, sending);
