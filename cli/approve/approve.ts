/** `hd approve`: shows what a wish comes to, asks the person, and sends the request in the person's own name. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Commit, RequestId, Revision } from "../../lib/contract/values.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { Sending } from "../args/sending-args.ts";
import type { CliEnv, Connection } from "../env.ts";
import { paintFor } from "../print/paint.ts";
import { field } from "../show/field.ts";
import { carryOut } from "../work/carry-out.ts";
import type { Order } from "../work/order.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { onlyOne, told } from "./found.ts";
import { commitOf, isOver, orderOf } from "./granted.ts";
import { type Told, wishText } from "./wish-text.ts";

export interface ApproveArgs extends Omit<Sending, "overrideFreeze"> {
  readonly ids: readonly RequestId[];
  /** Without being asked at the terminal. */
  readonly yes: boolean;
  /** Where the revision is looked up once more. */
  readonly flakeUrl: string | undefined;
}

const lookedUp = async (
  { machine }: CliEnv,
  flakeUrl: string | undefined,
  revision: Revision,
): Promise<Either<Failure, Commit | undefined>> =>
  flakeUrl === undefined ? right(undefined) : machine.resolve(flakeUrl, revision)();

interface Plan {
  readonly told: Told;
  readonly order: Order;
}

const planned = async (
  cli: CliEnv,
  { log, roster }: Bus,
  id: RequestId,
  { flakeUrl, expiresMs, repeated }: ApproveArgs & Pick<Connection, "repeated">,
): Promise<Either<Failure, Plan>> => {
  const found = await told(log, id, { repeated, nowMs: cli.now() });
  if (isLeft(found)) return found;
  const one = onlyOne(id, found.right);
  if (isLeft(one)) return one;
  const over = isOver(one.right);
  if (over !== undefined) return left(over);
  const now = await lookedUp(cli, flakeUrl, one.right.wish.wish.revision);
  if (isLeft(now)) return now;
  const commit = commitOf(one.right.wish, now.right);
  if (isLeft(commit)) return commit;
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const order = orderOf(one.right.wish, commit.right, enrolled.right, cli.now() + expiresMs);
  return isLeft(order) ? order : right({ told: one.right, order: order.right });
};

const plansOf = async (
  cli: CliEnv,
  bus: Bus,
  args: ApproveArgs & Pick<Connection, "repeated">,
): Promise<Either<Failure, readonly Plan[]>> => {
  const plans: Plan[] = [];
  for (const id of new Set(args.ids)) {
    const plan = await planned(cli, bus, id, args);
    if (isLeft(plan)) return plan;
    plans.push(plan.right);
  }
  return right(plans);
};

const notAsked = failure(
  "invalid_request",
  "Nothing was sent: there is no terminal to ask you on. Read the plan above, then give --yes.",
);
const notWanted = failure("cancelled", "Nothing was sent: it was not confirmed. To have it over with: hd deny");

const question = (plans: readonly Plan[], { requester }: Connection): string =>
  `Send ${plans.length === 1 ? "it" : `these ${plans.length}`} as ${requester}? Type yes: `;

/** Left: the person does not want it, or cannot be asked. */
const confirmed = async (
  { ask }: CliEnv,
  plans: readonly Plan[],
  connection: Connection,
): Promise<Failure | undefined> => {
  const answer = await ask(question(plans, connection));
  if (answer === undefined) return notAsked;
  return answer.trim().toLowerCase() === "yes" ? undefined : notWanted;
};

/** What is sent, which is the commit where the wish named a branch. */
const shownPlan = ({ told: shown, order }: Plan, how: Parameters<typeof wishText>[1]): string => {
  const { action, revision } = order.body.input;
  return [wishText(shown, how), ...field("sends", `${action} ${revision}`), "\n\n"].join("");
};

const moved = failure(
  "too_late",
  "Nothing was sent: what it comes to has changed while you were asked. Look at it once more.",
);

const commits = (plans: readonly Plan[]): string => plans.map(({ order }) => order.body.input.revision).join(" ");

type Plans = Either<Failure, readonly Plan[]>;

/** A person takes their time, so that all is looked at again once they have said yes. */
const agreed = async (
  cli: CliEnv,
  plans: readonly Plan[],
  connection: Connection,
  planAgain: () => Promise<Plans>,
): Promise<Plans> => {
  const refused = await confirmed(cli, plans, connection);
  if (refused !== undefined) return left(refused);
  const again = await planAgain();
  return isLeft(again) || commits(again.right) === commits(plans) ? again : left(moved);
};

export const approve = (cli: CliEnv, connection: Connection, args: ApproveArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const plan = (): Promise<Plans> => plansOf(cli, bus, { ...args, repeated: connection.repeated });
    const plans = await plan();
    if (isLeft(plans)) return plans;
    const how = { paint: paintFor(cli.stderr, cli.env), nowMs: cli.now() };
    for (const one of plans.right) cli.stderr.write(shownPlan(one, how));
    const granted = args.yes ? plans : await agreed(cli, plans.right, connection, plan);
    if (isLeft(granted)) return granted;
    const orders = granted.right.map(({ order }) => order);
    return carryOut(cli, connection, bus, orders, { ...args, overrideFreeze: false });
  });
