/**
 * `hd replay`: the same request again, pinned to what it resolved to. What is not repeated is what held for that moment only:
 * its expiry, its condition on what runs, and that it was in spite of a freeze.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { instant, type RequestId } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { CliEnv, Connection } from "../env.ts";
import { type SendOrShow, sendOrShow } from "../work/dry-run.ts";
import { type Order, orderFor } from "../work/order.ts";
import { resolveTargets } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { type Original, original } from "./original.ts";
import { type Pinned, pinned } from "./pinned.ts";
import { type Choice, type Setting, whom } from "./whom.ts";

export interface ReplayArgs extends SendOrShow, Omit<Choice, "to"> {
  readonly id: RequestId;
  /** As they were typed. */
  readonly to: readonly string[];
  readonly reason: string | undefined;
}

/** What a replay is made of, whoever sends it. */
export type ReplayPlanned = Pick<ReplayArgs, "id" | "reason" | "expiresMs" | "overrideFreeze"> & Choice;

const mostReason = 1000;

/** Why the first was asked for, without what it says of one before it: the chain is in the requests themselves. */
const reasonOf = ({ shown, input }: Original): string => {
  const inherited = input.replay_of === undefined ? "" : `replay of ${input.replay_of}`;
  const { reason = "" } = input;
  const why = inherited !== "" && reason.startsWith(inherited) ? reason.slice(inherited.length) : `: ${reason}`;
  const told = why === "" || why === ": " ? "" : why;
  return plain(`replay of ${shown.request.id}${told}`, mostReason);
};

const inputOf = (original: Original, { revision }: Pinned, args: ReplayPlanned, nowMs: number) => {
  const { action, rollback, tolerate_units } = original.input;
  return checked(route, {
    ...{ action, revision, rollback, tolerate_units },
    reason: args.reason ?? reasonOf(original),
    expires_at: instant(nowMs + args.expiresMs),
    replay_of: original.shown.request.id,
  });
};

/** What the first asked for and this one does not. */
const dropped = ({ shown, input }: Original, { overrideFreeze }: ReplayPlanned): readonly string[] => [
  ...(input.if_current === undefined ? [] : [`the condition that a host runs ${input.if_current} is not repeated`]),
  ...(shown.request.verb === "override" && !overrideFreeze
    ? ["the first was in spite of a freeze; this one is only with --override-freeze and --reason"]
    : []),
];

export interface Replay {
  readonly orders: readonly Order[];
  readonly remarks: readonly string[];
}

/** All that is decided before anything is sent. */
const replayOf = (first: Original, args: ReplayPlanned, setting: Setting, nowMs: number): Either<Failure, Replay> => {
  const chosen = whom(first.shown, args, setting);
  if (isLeft(chosen)) return chosen;
  const plan = pinned({ shown: first.shown, revision: first.input.revision }, chosen.right, args, setting);
  if (isLeft(plan)) return plan;
  const orders: Order[] = [];
  for (const one of plan.right.pinned) {
    const input = inputOf(first, one, args, nowMs);
    if (isLeft(input)) return input;
    orders.push(orderFor(one.meant, input.right, args));
  }
  return right({ orders, remarks: [...plan.right.remarks, ...dropped(first, args)] });
};

export const planReplay = async (
  { log, roster }: Pick<Bus, "log" | "roster">,
  args: ReplayPlanned,
  repeated: string,
  nowMs: number,
): Promise<Either<Failure, Replay>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const first = await original(log, enrolled.right, args.id, repeated);
  return isLeft(first) ? first : replayOf(first.right, args, { enrolled: enrolled.right, repeated }, nowMs);
};

export const replay = async (cli: CliEnv, connection: Connection, args: ReplayArgs): Promise<Ended> => {
  const to = resolveTargets(args.to, cli.env);
  if (isLeft(to)) return to;
  return withBus(cli, connection, async (bus) => {
    const made = await planReplay(bus, { ...args, to: to.right }, connection.repeated, cli.now());
    if (isLeft(made)) return made;
    if (args.form === "table") for (const remark of made.right.remarks) cli.stderr.write(`${remark}\n`);
    return sendOrShow(cli, connection, bus, made.right.orders, args);
  });
};
