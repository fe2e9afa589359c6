/** Sends deployments and watches them together; by now all of them are checked, and what speaks against them is said first. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { failures } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { Sending } from "../args/sending-args.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { watchAll } from "../follow/watch-all.ts";
import { printError } from "../print/error.ts";
import { names } from "../print/names.ts";
import { announce, announceDetached } from "./announce.ts";
import { freezeWarning } from "./freeze-warning.ts";
import type { Order } from "./order.ts";
import { areAway, awayOf, awayText, preface } from "./preface.ts";
import { sendAll } from "./send-all.ts";
import type { Ended } from "./with-bus.ts";

/** Told here: what the connection adds to a failure with this code is about servers that cannot be reached. */
const refuseAway = (cli: CliEnv, form: OutputForm, away: readonly string[], repeated: string): Ended => {
  const why = `Nothing was sent: ${names(away)} ${areAway(away)}, and with --no-queue nothing waits in the log.`;
  const hint = `Deploy without --no-queue, or see who is there: hd hosts${repeated}`;
  printError(cli, form !== "table", { code: "unreachable", messages: [`${why} ${hint}`] });
  return right(failures.unreachable.exit);
};

/** Of what speaks against it, everything was said. */
export const send = async (
  cli: CliEnv,
  { requester, repeated }: Connection,
  bus: Bus,
  orders: readonly Order[],
  { form, expiresMs, timeoutMs, detach }: Sending,
): Promise<Ended> => {
  const nowMs = cli.now();
  const sent = await sendAll({ log: bus.log, requester, repeated, live: detach ? undefined : bus.live }, orders);
  if (isLeft(sent)) return sent;
  if (form === "table") cli.stderr.write(awayText(orders, nowMs + expiresMs, nowMs));
  if (detach) {
    announceDetached(cli, form, sent.right);
    return right(exits.done);
  }
  announce(cli, form, sent.right);
  return right(await watchAll(cli, bus, sent.right, { form, deadlineMs: timeoutMs }));
};

/** Says what is going to be sent and what speaks against it. `undefined`: nothing that ends it. */
export const foretell = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  orders: readonly Order[],
  { form, noQueue, overrideFreeze }: Sending,
): Promise<Ended | undefined> => {
  const away = awayOf(orders);
  if (noQueue && away.length > 0) return refuseAway(cli, form, away, connection.repeated);
  if (form === "table") {
    cli.stderr.write(preface(connection, orders));
    cli.stderr.write(await freezeWarning(bus.log, orders, { nowMs: cli.now(), override: overrideFreeze }));
  }
  return undefined;
};

export const carryOut = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  orders: readonly Order[],
  sending: Sending,
): Promise<Ended> =>
  (await foretell(cli, connection, bus, orders, sending)) ?? send(cli, connection, bus, orders, sending);
