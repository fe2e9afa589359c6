/**
 * A job on a machine of literals: links that move when something is activated, a clock of its own, and a journal in memory whose
 * events are checked as the real one checks them. A test changes what it is about.
 */
import * as TE from "fp-ts/lib/TaskEither.js";
import * as assert from "uvu/assert";
import { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { isTerminal } from "../../lib/contract/values.ts";
import type { Decision } from "../../lib/host/decision.ts";
import type { Activated, Engine, SystemState } from "../../lib/host/engine.ts";
import { runJob } from "../../lib/host/job.ts";
import type { JobEnv } from "../../lib/host/job-env.ts";
import type { JobOrder } from "../../lib/host/job-order.ts";
import { limitsOf } from "../../lib/host/limits.ts";
import { type FakeTime, fakeTime } from "./fake-time.ts";
import { commit, order, storePath } from "./fixtures.ts";

export const [old, built] = [storePath("old"), storePath("built")];
export const untouched: SystemState = { running: old, boots: old, generation: 7 };
export const clean: Activated = { unitsFailed: false, named: [] };

export interface Machine {
  links: SystemState;
  readonly engine: Engine;
}

/** What becomes of the links when a system is switched to. */
export const moved = (links: SystemState, action: JobOrder["action"], to: SystemState["boots"]): SystemState => ({
  running: action === "switch" || action === "test" ? to : links.running,
  boots: action === "switch" || action === "boot" ? to : links.boots,
  generation: action === "switch" || action === "boot" ? (links.generation ?? 0) + 1 : links.generation,
});

/** Everything works on it, but for what is changed. */
export const machine = (changes: (machine: Machine) => Partial<Engine> = () => ({})): Machine => {
  const made: { links: SystemState; engine: Engine } = {
    links: untouched,
    engine: {
      simulated: false,
      resolve: () => TE.right({ commit: commit("a"), ref: "refs/heads/main" }),
      build: () => TE.right(built),
      state: () => TE.fromIO(() => made.links),
      activate: ({ action, closure }) =>
        TE.fromIO(() => {
          made.links = moved(made.links, action, closure);
          return clean;
        }),
      rollBack: ({ action, closure }) =>
        TE.fromIO(() => {
          made.links = moved(made.links, action, closure);
          return clean;
        }),
      failedUnits: () => TE.right([]),
      rebootNeeded: () => TE.right([]),
      probe: () => TE.right(undefined),
    },
  };
  made.engine = { ...made.engine, ...changes(made) };
  return made;
};

export const never = <A>(): Promise<A> => new Promise(() => {});

export interface JobWorld {
  readonly order?: JobOrder;
  readonly env?: Partial<JobEnv>;
  readonly time?: FakeTime;
}

const asOrdered: JobEnv["decision"] = {
  made: () => undefined,
  cancelled: never<Decision>(),
  activate: async () => ({ kind: "activate" }),
};

/** Runs it to its end, of which there is one. */
export const work = async (on: Machine, { order: of = order(), env = {}, time = fakeTime() }: JobWorld = {}) => {
  const events: DeployEvent[] = [];
  let endings = 0;
  const job: JobEnv = {
    engine: on.engine,
    order: of,
    time,
    limits: limitsOf(of, time),
    write: async (event) => {
      const checked = DeployEvent.strict(event);
      if (checked._tag === "Left") throw new Error(checked.left.join(". "));
      events.push(event);
    },
    tail: async () => ["one", "two"],
    decision: asOrdered,
    confirmed: async () => {},
    endCommands: async () => {
      endings += 1;
    },
    ...env,
  };
  const end = await time.drive(runJob(job));
  if (env.write === undefined) {
    assert.is(events.at(-1), end);
    assert.is(events.filter(({ status }) => isTerminal(status)).length, 1);
  }
  return { events, end, time, endings };
};

/** `<status> <phase>` of each. */
export const told = (events: readonly DeployEvent[]): readonly string[] =>
  events.map(({ status, phase }) => `${status} ${phase}`);
