/**
 * `hd rollback`: each host goes back to the newest system that was healthy there before what it runs now, by a replay of the
 * request that brought it.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus, Enrolled, LogReader } from "../../lib/router/ports.ts";
import type { Healthy } from "../../streams/healthy.ts";
import { readRecord } from "../../streams/records.ts";
import type { CliEnv, Connection } from "../env.ts";
import { alone } from "../work/alone.ts";
import { type SendOrShow, sendOrShow } from "../work/dry-run.ts";
import { type Order, orderFor } from "../work/order.ts";
import { type Meant, meantBy, resolvePlace } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { reasonFor, type Step, stepsOf, stepText } from "./steps.ts";

export interface RollbackArgs extends SendOrShow {
  readonly targets: readonly string[];
  readonly reason: string | undefined;
}

type Input = InputOf<typeof route>;

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
  const hosts = meant.right.flatMap((one) => one.hosts);
  return alone(hosts, enrolled);
};

/** What the request that brought it asked for; `undefined`: it cannot be read any more. */
const askedFor = async (
  log: Pick<LogReader, "range">,
  { requestSeq }: Healthy,
): Promise<Either<Failure, Input | undefined>> => {
  if (requestSeq === undefined) return right(undefined);
  const found = await log.range(requestSeq, "hd.req.>", 1)();
  if (isLeft(found)) return found;
  const [stored] = found.right;
  const record = stored?.seq === requestSeq ? readRecord(stored) : undefined;
  if (record?.kind !== "request" || isLeft(record.body) || record.body.right.route !== "deploy")
    return right(undefined);
  return right(record.body.right.input);
};

const inputOf = (step: Step, asked: Input | undefined, args: RollbackArgs, nowMs: number) =>
  checked(route, {
    action: "switch",
    revision: step.to.commit,
    reason: args.reason ?? reasonFor(step),
    expires_at: instant(nowMs + args.expiresMs),
    ...(asked && { rollback: asked.rollback, tolerate_units: asked.tolerate_units }),
    ...(step.to.id === undefined ? {} : { replay_of: step.to.id }),
  });

const ordersOf = async (
  log: Pick<LogReader, "range">,
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

interface Rollback {
  readonly steps: readonly Step[];
  readonly orders: readonly Order[];
}

const planned = async (
  { log, roster }: Bus,
  addresses: readonly Address[],
  args: RollbackArgs,
  repeated: string,
  nowMs: number,
): Promise<Either<Failure, Rollback>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const meant = hostsOf(addresses, enrolled.right, repeated);
  if (isLeft(meant)) return meant;
  const steps = await stepsOf(log, meant.right, repeated);
  if (isLeft(steps)) return steps;
  const orders = await ordersOf(log, steps.right, args, nowMs);
  return isLeft(orders) ? orders : right({ steps: steps.right, orders: orders.right });
};

export const rollback = async (cli: CliEnv, connection: Connection, args: RollbackArgs): Promise<Ended> => {
  const addresses = addressesOf(args.targets, cli);
  if (isLeft(addresses)) return addresses;
  return withBus(cli, connection, async (bus) => {
    const made = await planned(bus, addresses.right, args, connection.repeated, cli.now());
    if (isLeft(made)) return made;
    const { steps, orders } = made.right;
    if (args.form === "table") for (const step of steps) cli.stderr.write(stepText(step));
    return sendOrShow(cli, connection, bus, orders, args);
  });
};
