/** `hd deploy`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { HostName, Repo } from "../../lib/contract/names.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import type { Sending } from "../args/sending-args.ts";
import type { CliEnv, Connection } from "../env.ts";
import { carryOut, foretell, send } from "../work/carry-out.ts";
import { type Order, orderFor } from "../work/order.ts";
import { type Meant, meantBy, resolveTargets } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { type Built, buildFirst } from "./build-first.ts";
import { eachHost } from "./each-host.ts";

export interface DeployArgs extends Sending {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly action: string;
  readonly reason: string | undefined;
  readonly ifCurrent: string | undefined;
  readonly noRollback: boolean;
  readonly tolerateUnits: readonly string[];
  /** The repository of which the hosts are built before anything is sent to them. */
  readonly buildFirst: Repo | undefined;
}

/** `built`: what was built is what is deployed. */
const inputOf = (args: DeployArgs, nowMs: number, built?: Built) => {
  const { revision, action, reason, ifCurrent, noRollback, tolerateUnits, expiresMs } = args;
  return checked(route, {
    revision,
    action,
    rollback: !noRollback,
    tolerate_units: tolerateUnits,
    expires_at: instant(nowMs + expiresMs),
    ...(reason === undefined ? {} : { reason }),
    ...(ifCurrent === undefined ? {} : { if_current: ifCurrent }),
    ...(built === undefined ? {} : { revision: built.commit, build_request: built.request }),
  });
};

type Input = Order["body"]["input"];

const ordersFor = (meant: readonly Meant[], args: DeployArgs, input: Input): readonly Order[] =>
  meant.map((one) => orderFor(one, input, args));

const hostsOf = (meant: readonly Meant[]): readonly HostName[] =>
  meant.flatMap(({ hosts }) => hosts.map(({ hostname }) => hostname));

const tellEach = ({ stderr }: CliEnv, { form }: DeployArgs, meant: readonly Meant[], each: readonly Meant[]): void => {
  const isAsked = each.every(({ address }) => meant.some((one) => one.address === address));
  if (form === "table" && !isAsked)
    stderr.write("once they are built, each host is sent to by itself: who joins meanwhile gets nothing\n");
};

interface BuildingFirst {
  readonly args: DeployArgs;
  readonly input: Input;
  readonly repo: Repo;
  readonly enrolled: readonly Enrolled[];
}

/** What speaks against the deployment is said before anything is built for it. */
const onceBuilt = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  meant: readonly Meant[],
  { args, input, repo, enrolled }: BuildingFirst,
): Promise<Ended> => {
  const each = eachHost(meant, enrolled);
  if (isLeft(each)) return each;
  const ended = await foretell(cli, connection, bus, ordersFor(meant, args, input), args);
  if (ended !== undefined) return ended;
  tellEach(cli, args, meant, each.right);
  const built = await buildFirst(cli, connection, bus, { repo, hosts: hostsOf(each.right) }, args);
  if (isLeft(built)) return built.left;
  // By now as much time is gone as the build took.
  const pinned = inputOf(args, cli.now(), built.right);
  if (isLeft(pinned)) return pinned;
  return send(cli, connection, bus, ordersFor(each.right, args, pinned.right), args);
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
    const { buildFirst: repo } = args;
    if (repo === undefined) return carryOut(cli, connection, bus, ordersFor(meant.right, args, input.right), args);
    const building = { args, input: input.right, repo, enrolled: enrolled.right };
    return onceBuilt(cli, connection, bus, meant.right, building);
  });
};
