/**
 * `deploy.<tier>.<hostname>`, `deploy.<tier>.all`, `deploy.<tier>.role.<role>`: decides whether this host takes the
 * request. It only decides; the router records the answer and then lets the job begin.
 */
import { left, right } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { alreadyTaken, type FailureOf, type Handler, type Request, type Verdict } from "../lib/contract/route.ts";
import type { deploy } from "../lib/contract/routes/deploy.ts";
import { instant, type StorePath } from "../lib/contract/values.ts";
import type { Deployments } from "../lib/host/deployments.ts";
import { eventOf, factsOf } from "../lib/host/facts.ts";
import type { JobOrder } from "../lib/host/job-order.ts";
import { type ChecksEnv, fresh, mayOverride, newest, notCancelled, notFrozen } from "./deploy-checks.ts";
import { type JudgingEnv, vouchedFor } from "./judging.ts";

/** The settings of this host that go into every order. */
export type OrderSettings = Pick<
  JobOrder,
  | "flake_url"
  | "engine"
  | "timeout_ms"
  | "resolve_ms"
  | "build_ms"
  | "activate_ms"
  | "verify_ms"
  | "confirm_ms"
  | "health_checks"
> &
  Partial<Pick<JobOrder, "root">>;

export interface DeployEnv extends JudgingEnv, ChecksEnv {
  readonly settings: OrderSettings;
  readonly deployments: Pick<Deployments, "reserve">;
  /** Whether this host goes back when it is not healthy, where it is wished for. */
  readonly rollback: boolean;
  /** The system that runs on this host. */
  readonly current: () => Promise<StorePath | undefined>;
}

type DeployRequest = Request<typeof deploy>;

const current =
  ({ input }: DeployRequest, { current: read, host }: DeployEnv): TE.TaskEither<Failure<"not_current">, void> =>
  async () => {
    const wanted = input.if_current;
    if (wanted === undefined) return right(undefined);
    const runs = await read();
    if (runs === wanted) return right(undefined);
    return left(
      failure(
        "not_current",
        `${host.hostname} runs ${runs ?? "nothing known"}, not ${wanted}. Nothing was done; look at it before deploying again.`,
      ),
    );
  };

const orderOf = (
  { id, seq, atMs, requester, vouched, address, verb, input }: DeployRequest,
  { host, settings, now, rollback }: DeployEnv,
): JobOrder => ({
  journal: 1,
  id,
  request_seq: seq,
  requester,
  proof: vouched.proof,
  address,
  ...host,
  action: input.action,
  revision: input.revision,
  ...(input.reason === undefined ? {} : { reason: input.reason }),
  ...(input.reply_to === undefined ? {} : { reply_to: input.reply_to }),
  ...(verb === "override" ? { override: true } : {}),
  rollback: input.rollback && rollback,
  tolerate_units: input.tolerate_units,
  ...settings,
  stored_at: instant(atMs),
  accepted_at: instant(now()),
});

const acceptance = (order: JobOrder, nowMs: number): DeployEvent => {
  const message = `${order.hostname} takes it: ${order.action} ${order.revision}${order.engine === "simulated" ? " (simulated)" : ""}`;
  return eventOf(factsOf(order), order, { status: "accepted", phase: null, message }, nowMs);
};

const take = (request: DeployRequest, env: DeployEnv) => {
  const order = orderOf(request, env);
  return env.deployments.reserve(order, acceptance(order, env.now()));
};

type Refusal = Exclude<FailureOf<typeof deploy>, Failure<"timeout" | "unaudited" | "unreachable">>;

const decide = (request: DeployRequest, env: DeployEnv): TE.TaskEither<Refusal, Verdict<DeployEvent>> =>
  pipe(
    TE.fromEither(vouchedFor(request)),
    TE.chainEitherKW(() => mayOverride(request)),
    TE.chainEitherKW(() => notCancelled(request, env)),
    TE.chainEitherKW(() => fresh(request, env)),
    TE.chainEitherKW(() => newest(request, env)),
    TE.chainEitherKW(() => notFrozen(request, env)),
    TE.chainW(() => current(request, env)),
    TE.chainEitherKW(() => take(request, env)),
    TE.orElseW((refusal) => TE.chainW(() => TE.left(refusal))(env.remembered)),
  );

/**
 * Takes the request, refuses it, or knows that it was taken; nothing has happened by then. What was taken is never refused as
 * well, whatever speaks against it now; an id that was used for another request is told as a replay where it was signed.
 */
export const handleDeploy: Handler<typeof deploy, DeployEnv> = (request, env) =>
  pipe(
    env.answeredBefore(request),
    TE.mapLeft((failed) => (failed.code === "invalid_request" ? (request.vouched.objection ?? failed) : failed)),
    TE.chainW(
      (before): TE.TaskEither<Refusal, Verdict<DeployEvent> | typeof alreadyTaken> =>
        before === "taken" ? TE.right(alreadyTaken) : decide(request, env),
    ),
  );
