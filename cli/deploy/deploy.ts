/** `hd deploy`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { isLeft } from "fp-ts/lib/Either.js";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Sending } from "../args/sending-args.ts";
import type { CliEnv, Connection } from "../env.ts";
import { carryOut } from "../work/carry-out.ts";
import { orderFor } from "../work/order.ts";
import { meantBy, resolveTargets } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

export interface DeployArgs extends Sending {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly action: string;
  readonly reason: string | undefined;
  readonly ifCurrent: string | undefined;
  readonly noRollback: boolean;
  readonly tolerateUnits: readonly string[];
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

export const deploy = async (cli: CliEnv, connection: Connection, args: DeployArgs): Promise<Ended> => {
  const addresses = resolveTargets(args.targets, cli.env);
  if (isLeft(addresses)) return addresses;
  const input = inputOf(args, cli.now());
  if (isLeft(input)) return input;
  return withBus(cli, connection, async (bus) => {
    const enrolled = await bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const meant = meantBy(addresses.right, enrolled.right, connection.repeated);
    if (isLeft(meant)) return meant;
    const orders = meant.right.map((one) => orderFor(one, input.right, args));
    return carryOut(cli, connection, bus, orders, args);
  });
};
