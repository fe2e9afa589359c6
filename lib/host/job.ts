/**
 * One deployment on one host, from the revision to the proof: resolve, build, activate, verify. It knows an engine and a
 * journal and nothing of NATS. Each phase is written down before it begins, and the end is written in every case: success
 * only when what runs was compared with what was built.
 */

import { isLeft, left } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Phase, StorePath } from "../contract/values.ts";
import type { Engine, Resolved, SystemState } from "./engine.ts";
import { eventOf, type Facts, factsOf, failedEvent } from "./facts.ts";
import type { JobOrder } from "./job-order.ts";
import { aftermath, brokenPromises, success } from "./verify.ts";

export interface JobEnv {
  readonly engine: Engine;
  readonly order: JobOrder;
  /** Writes an event to the journal; resolves when it is on the disk. */
  readonly write: (event: DeployEvent) => Promise<void>;
  /** The last lines of the job's output. */
  readonly tail: () => Promise<readonly string[]>;
  readonly now: () => number;
}

type Step<A> = TE.TaskEither<Failure, A>;

/** The job's memory: what is known, and where it is. Only `Progress` changes them. */
interface Progress {
  facts: Facts;
  phase: Phase | null;
}

const running = ({ order }: JobEnv, phase: Phase): string => {
  const { hostname, revision, action } = order;
  const said = {
    resolve: `asks for ${revision}`,
    build: "builds",
    activate: `activates (${action})`,
    verify: "compares",
    rollback: "rolls back",
  };
  return `${hostname} ${said[phase]}`;
};

const enter =
  (env: JobEnv, progress: Progress, phase: Phase): (() => Step<void>) =>
  () =>
  async () => {
    progress.phase = phase;
    const message = running(env, phase);
    await env.write(eventOf(progress.facts, env.order, { status: "started", phase, message }, env.now()));
    return { _tag: "Right", right: undefined };
  };

const learn = (progress: Progress, facts: Partial<Facts>): void => {
  progress.facts = { ...progress.facts, ...facts };
};

interface Built {
  readonly resolved: Resolved;
  readonly closure: StorePath;
  readonly before: SystemState;
}

const resolveAndBuild = (env: JobEnv, progress: Progress): Step<Built> => {
  const { engine, order } = env;
  return pipe(
    enter(env, progress, "resolve")(),
    TE.chain(() => engine.resolve(order.revision)),
    TE.chainFirst((resolved) => {
      learn(progress, { commit: resolved.commit });
      return enter(env, progress, "build")();
    }),
    TE.chain((resolved) =>
      pipe(
        engine.build(resolved),
        TE.map((closure) => ({ resolved, closure })),
      ),
    ),
    TE.chain((built) =>
      pipe(
        engine.state(),
        TE.map((before) => ({ ...built, before })),
      ),
    ),
    TE.map((built) => {
      learn(progress, {
        closure: built.closure,
        ...(built.before.boots === undefined ? {} : { previous: built.before.boots }),
      });
      return built;
    }),
  );
};

const stateIfSeen = async ({ engine }: JobEnv): Promise<SystemState | undefined> => {
  try {
    const seen = await engine.state()();
    return isLeft(seen) ? undefined : seen.right;
  } catch {
    // The activation failed, and that is what has to be told.
    return undefined;
  }
};

/** An activation that fails may have switched all the same: the message says what runs, whatever the exit code was. */
const afterFailedActivation =
  (env: JobEnv, { closure: built, before }: Built, failed: Failure): Step<void> =>
  async () =>
    left(failure(failed.code, `${failed.message} ${aftermath({ built, before }, await stateIfSeen(env))}`));

const activate = (env: JobEnv, progress: Progress, built: Built): Step<SystemState> =>
  pipe(
    enter(env, progress, "activate")(),
    TE.chain(() => env.engine.activate({ action: env.order.action, ...built })),
    TE.map((): void => undefined),
    TE.orElse((failed) => afterFailedActivation(env, built, failed)),
    TE.chain(enter(env, progress, "verify")),
    TE.chain(() => env.engine.state()),
  );

const verify = (
  { order }: JobEnv,
  progress: Progress,
  { closure, before }: Built,
  after: SystemState,
): Step<string> => {
  if (after.generation !== undefined) learn(progress, { generation: after.generation });
  const broken = brokenPromises({ action: order.action, built: closure, before, after });
  if (broken.length === 0) return TE.right(`${order.hostname} ${success(order.action, after)}`);
  const message = `${order.hostname} reported success, but ${broken.join(" and ")}. Look at the host before deploying again.`;
  return TE.left(failure("verification_failed", message));
};

const phases = (env: JobEnv, progress: Progress): Step<string> =>
  pipe(
    resolveAndBuild(env, progress),
    TE.chain((built) =>
      pipe(
        activate(env, progress, built),
        TE.chain((after) => verify(env, progress, built, after)),
      ),
    ),
  );

const attempt = async (env: JobEnv, progress: Progress): ReturnType<Step<string>> => {
  try {
    return await phases(env, progress)();
  } catch (thrown) {
    const { hostname } = env.order;
    const message = `The job on ${hostname} broke: ${causeOf(thrown)}. Look at the host, and please report this.`;
    return left(failure("internal", message));
  }
};

/** An end without the output is better than none. */
const lastLines = (env: JobEnv): Promise<readonly string[]> => env.tail().catch(() => []);

/** Runs the deployment and writes its end. Rejects only when the journal cannot be written. */
export const runJob = async (env: JobEnv): Promise<DeployEvent> => {
  const progress: Progress = { facts: factsOf(env.order), phase: null };
  const result = await attempt(env, progress);
  const { facts, phase } = progress;
  const end =
    result._tag === "Right"
      ? eventOf(facts, env.order, { status: "completed", phase, message: result.right }, env.now())
      : failedEvent(facts, env.order, { failure: result.left, phase, logTail: await lastLines(env) }, env.now());
  await env.write(end);
  return end;
};
