/**
 * `hd rollback`: each host goes back to the newest system that was healthy there before what it runs now, by a replay of the
 * request that brought it. Where one of them has nothing to go back to, nothing is sent to any.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { type Healthy, mostEndings, type WayBack, wayBack } from "../../streams/healthy.ts";
import { readRecord } from "../../streams/records.ts";
import type { CliEnv, Connection } from "../env.ts";
import { names } from "../print/names.ts";
import { alone } from "../work/alone.ts";
import { type SendOrShow, sendOrShow } from "../work/dry-run.ts";
import { type Order, orderFor } from "../work/order.ts";
import { type Meant, meantBy, resolvePlace } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

export interface RollbackArgs extends SendOrShow {
  readonly targets: readonly string[];
  readonly reason: string | undefined;
}

type Log = Bus["log"];
type Input = InputOf<typeof route>;

/** A host, and where it goes. */
interface Step {
  readonly meant: Meant;
  readonly from: WayBack["from"];
  readonly to: Healthy;
}

const addressesOf = (targets: readonly string[], cli: CliEnv): Either<Failure, readonly Address[]> => {
  const addresses = new Set<Address>();
  for (const target of targets) {
    const some = resolvePlace(target, cli.env);
    if (isLeft(some)) return some;
    for (const address of some.right) addresses.add(address);
  }
  return right([...addresses]);
};

/** Each host of these addresses by itself. */
const hostsOf = (
  addresses: readonly Address[],
  enrolled: readonly Enrolled[],
  repeated: string,
): Either<Failure, readonly Meant[]> => {
  const meant = meantBy(addresses, enrolled, repeated);
  if (isLeft(meant)) return meant;
  return alone(
    meant.right.flatMap(({ hosts }) => hosts),
    enrolled,
  );
};

const nowhere = (hosts: readonly string[], repeated: string): Failure => {
  const why = `the newest ${mostEndings} endings of ${names(hosts)} name no other system that was healthy there`;
  const next = `Roll back the others by name, or choose a commit: hd history --status completed${repeated}`;
  return failure("invalid_request", `Nothing was sent: ${why}. ${next}`);
};

/** Hosts together, because each takes a few looks, but not all of a large fleet at once. */
const atOnce = 32;

const waysOf = async (log: Log, meant: readonly Meant[], end: number): Promise<Either<Failure, readonly WayBack[]>> => {
  const ways: WayBack[] = [];
  for (let at = 0; at < meant.length; at += atOnce) {
    const hosts = meant.slice(at, at + atOnce).flatMap((one) => one.hosts);
    for (const way of await Promise.all(hosts.map(({ hostname }) => wayBack(log, hostname, end)()))) {
      if (isLeft(way)) return way;
      ways.push(way.right);
    }
  }
  return right(ways);
};

const stepsOf = async (
  log: Log,
  meant: readonly Meant[],
  repeated: string,
): Promise<Either<Failure, readonly Step[]>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  const ways = await waysOf(log, meant, end.right);
  if (isLeft(ways)) return ways;
  const steps = meant.flatMap((one, n) => {
    const { from, to } = ways.right[n] ?? {};
    return to === undefined ? [] : [{ meant: one, from, to }];
  });
  const stuck = meant.filter((one) => !steps.some((step) => step.meant === one));
  if (stuck.length === 0) return right(steps);
  return left(
    nowhere(
      stuck.flatMap(({ hosts }) => hosts.map(({ hostname }) => hostname)),
      repeated,
    ),
  );
};

/** What the request that brought it asked for; `undefined`: it cannot be read any more. */
const askedFor = async (log: Log, { requestSeq }: Healthy): Promise<Either<Failure, Input | undefined>> => {
  if (requestSeq === undefined) return right(undefined);
  const found = await log.range(requestSeq, "hd.req.>", 1)();
  if (isLeft(found)) return found;
  const [stored] = found.right;
  const record = stored?.seq === requestSeq ? readRecord(stored) : undefined;
  if (record?.kind !== "request" || isLeft(record.body) || record.body.right.route !== "deploy")
    return right(undefined);
  return right(record.body.right.input);
};

const short = (commit: string | undefined): string => commit?.slice(0, 7) ?? "what it runs";

const inputOf = ({ from, to }: Step, asked: Input | undefined, args: RollbackArgs, nowMs: number) =>
  checked(route, {
    action: "switch",
    revision: to.commit,
    reason: args.reason ?? `rollback from ${short(from?.commit)} to ${short(to.commit)}`,
    expires_at: instant(nowMs + args.expiresMs),
    ...(asked && { rollback: asked.rollback, tolerate_units: asked.tolerate_units }),
    ...(to.id === undefined ? {} : { replay_of: to.id }),
  });

const ordersOf = async (
  log: Log,
  steps: readonly Step[],
  args: RollbackArgs,
  nowMs: number,
): Promise<Either<Failure, readonly Order[]>> => {
  const orders: Order[] = [];
  for (const step of steps) {
    const asked = await askedFor(log, step.to);
    if (isLeft(asked)) return asked;
    const input = inputOf(step, asked.right, args, nowMs);
    if (isLeft(input)) return input;
    orders.push(orderFor(step.meant, input.right, args));
  }
  return right(orders);
};

export const rollback = async (cli: CliEnv, connection: Connection, args: RollbackArgs): Promise<Ended> => {
  const addresses = addressesOf(args.targets, cli);
  if (isLeft(addresses)) return addresses;
  return withBus(cli, connection, async (bus) => {
    const enrolled = await bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const meant = hostsOf(addresses.right, enrolled.right, connection.repeated);
    if (isLeft(meant)) return meant;
    const steps = await stepsOf(bus.log, meant.right, connection.repeated);
    if (isLeft(steps)) return steps;
    const orders = await ordersOf(bus.log, steps.right, args, cli.now());
    return isLeft(orders) ? orders : sendOrShow(cli, connection, bus, orders.right, args);
  });
};
