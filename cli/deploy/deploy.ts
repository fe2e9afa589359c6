/** `hd deploy`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import { type Failure, failures } from "../../lib/contract/failure.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant, type Verb } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { watchAll } from "../follow/watch-all.ts";
import { printError } from "../print/error.ts";
import { names } from "../print/names.ts";
import { announce, announceDetached } from "../work/announce.ts";
import { sendAll } from "../work/send-all.ts";
import { type Meant, meantBy, resolveTargets } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { freezeWarning } from "./freeze-warning.ts";
import { areAway, awayOf, awayText, preface } from "./preface.ts";

export interface DeployArgs {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly action: string;
  readonly reason: string | undefined;
  readonly ifCurrent: string | undefined;
  readonly noRollback: boolean;
  readonly tolerateUnits: readonly string[];
  readonly overrideFreeze: boolean;
  /** Nothing is sent where a host is away. */
  readonly noQueue: boolean;
  readonly timeoutMs: number;
  readonly expiresMs: number;
  readonly detach: boolean;
  readonly form: OutputForm;
}

interface Order {
  readonly addresses: readonly Address[];
  readonly verb: Verb | undefined;
  readonly input: InputOf<typeof route>;
  readonly args: DeployArgs;
}

const inputOf = (args: DeployArgs, nowMs: number) => {
  const { revision, action, reason, ifCurrent, noRollback, tolerateUnits, expiresMs } = args;
  return checked(route, {
    revision,
    action,
    rollback: !noRollback,
    tolerate_units: tolerateUnits,
    expires_at: instant(nowMs + expiresMs),
    ...(reason === undefined ? {} : { reason }),
    ...(ifCurrent === undefined ? {} : { if_current: ifCurrent }),
  });
};

/** Whom the addresses mean. */
const meantOn = async (
  { roster }: Bus,
  addresses: readonly Address[],
  repeated: string,
): Promise<Either<Failure, readonly Meant[]>> => {
  const enrolled = await roster.enrolled()();
  return isLeft(enrolled) ? enrolled : meantBy(addresses, enrolled.right, repeated);
};

/** Told here: what the connection adds to a failure with this code is about servers that cannot be reached. */
const refuseAway = (cli: CliEnv, form: OutputForm, away: readonly string[], repeated: string): Ended => {
  const why = `Nothing was sent: ${names(away)} ${areAway(away)}, and with --no-queue nothing waits in the log.`;
  const hint = `Deploy without --no-queue, or see who is there: hd hosts${repeated}`;
  printError(cli, form !== "table", { code: "unreachable", messages: [`${why} ${hint}`] });
  return right(failures.unreachable.exit);
};

const send = async (
  cli: CliEnv,
  connection: Connection,
  { verb, input, args }: Order,
  meant: readonly Meant[],
  bus: Bus,
): Promise<Ended> => {
  const { requester, repeated } = connection;
  const { form, expiresMs, timeoutMs, detach } = args;
  const nowMs = cli.now();
  const sending = { log: bus.log, requester, repeated, live: detach ? undefined : bus.live };
  const body = { route: "deploy", input } as const;
  const sent = await sendAll(
    sending,
    meant.map((one) => ({ ...one, verb, body })),
  );
  if (isLeft(sent)) return sent;
  if (form === "table") cli.stderr.write(awayText(meant, nowMs + expiresMs, nowMs));
  if (detach) {
    announceDetached(cli, form, sent.right);
    return right(exits.done);
  }
  announce(cli, form, sent.right);
  return right(await watchAll(cli, bus, sent.right, { form, deadlineMs: timeoutMs }));
};

const deployOn = async (cli: CliEnv, connection: Connection, order: Order, bus: Bus): Promise<Ended> => {
  const { addresses, input, args } = order;
  const { form, noQueue, overrideFreeze: override } = args;
  const meant = await meantOn(bus, addresses, connection.repeated);
  if (isLeft(meant)) return meant;
  const away = awayOf(meant.right);
  if (noQueue && away.length > 0) return refuseAway(cli, form, away, connection.repeated);
  if (form === "table") {
    cli.stderr.write(preface(connection, meant.right, input));
    cli.stderr.write(await freezeWarning(bus.log, meant.right, { nowMs: cli.now(), override, action: input.action }));
  }
  return send(cli, connection, order, meant.right, bus);
};

export const deploy = async (cli: CliEnv, connection: Connection, args: DeployArgs): Promise<Ended> => {
  const addresses = resolveTargets(args.targets, cli.env);
  if (isLeft(addresses)) return addresses;
  const input = inputOf(args, cli.now());
  if (isLeft(input)) return input;
  const verb = args.overrideFreeze ? "override" : undefined;
  const order: Order = { addresses: addresses.right, verb, input: input.right, args };
  return withBus(cli, connection, (bus) => deployOn(cli, connection, order, bus));
};
