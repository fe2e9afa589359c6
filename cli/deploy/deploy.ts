/** `hd deploy`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { watchAll } from "../follow/watch-all.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { announce, announceDetached } from "./announce.ts";
import { awayText, preface } from "./preface.ts";
import { sendAll } from "./send-all.ts";
import { meantBy, resolveTargets } from "./targets.ts";

export interface DeployArgs {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly action: string;
  readonly reason: string | undefined;
  readonly ifCurrent: string | undefined;
  readonly timeoutMs: number;
  readonly expiresMs: number;
  readonly detach: boolean;
  readonly form: OutputForm;
}

interface Order {
  readonly addresses: readonly Address[];
  readonly input: InputOf<typeof route>;
  readonly args: DeployArgs;
}

const inputOf = ({ revision, action, reason, ifCurrent, expiresMs }: DeployArgs, nowMs: number) =>
  checked(route, {
    revision,
    action,
    expires_at: instant(nowMs + expiresMs),
    ...(reason === undefined ? {} : { reason }),
    ...(ifCurrent === undefined ? {} : { if_current: ifCurrent }),
  });

const deployOn = async (
  cli: CliEnv,
  connection: Connection,
  { addresses, input, args }: Order,
  bus: Bus,
): Promise<Ended> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const meant = meantBy(addresses, enrolled.right, connection.repeated);
  if (isLeft(meant)) return meant;
  const { requester, repeated } = connection;
  const { form, expiresMs, timeoutMs, detach } = args;
  const nowMs = cli.now();
  if (form === "table") cli.stderr.write(preface(connection, meant.right, input));
  const sending = { log: bus.log, requester, repeated, live: detach ? undefined : bus.live };
  const sent = await sendAll(sending, meant.right, input);
  if (isLeft(sent)) return sent;
  if (form === "table") cli.stderr.write(awayText(meant.right, nowMs + expiresMs, nowMs));
  if (detach) {
    announceDetached(cli, form, sent.right);
    return right(exits.done);
  }
  announce(cli, form, sent.right);
  return right(await watchAll(cli, bus, sent.right, { form, deadlineMs: timeoutMs }));
};

export const deploy = async (cli: CliEnv, connection: Connection, args: DeployArgs): Promise<Ended> => {
  const addresses = resolveTargets(args.targets, cli.env);
  if (isLeft(addresses)) return addresses;
  const input = inputOf(args, cli.now());
  if (isLeft(input)) return input;
  const order = { addresses: addresses.right, input: input.right, args };
  return withBus(cli, connection, (bus) => deployOn(cli, connection, order, bus));
};
