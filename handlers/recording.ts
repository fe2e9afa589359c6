/**
 * The parts of a host that is rehearsed which stand where a real one touches the world: a log that keeps the answer instead of
 * storing it, and an engine that only says what runs. Neither may ever do what it is asked to.
 */
import { right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { StorePath } from "../lib/contract/values.ts";
import type { Engine } from "../lib/host/engine.ts";
import type { Delivery, LogReader, LogWriter, Stored } from "../lib/router/ports.ts";
import type { Answer } from "../lib/router/rehearsal.ts";

const nothingRuns: TE.TaskEither<Failure, never> = TE.left(failure("internal", "Nothing is run in a rehearsal."));

export const recordingEngine = (running: () => StorePath | undefined): Engine => ({
  simulated: true,
  resolve: () => nothingRuns,
  build: () => nothingRuns,
  state: () => async () => right({ running: running(), boots: undefined, generation: undefined }),
  activate: () => nothingRuns,
  rollBack: () => nothingRuns,
  failedUnits: () => nothingRuns,
  rebootNeeded: () => nothingRuns,
  probe: () => TE.left("nothing is run in a rehearsal"),
});

const noAnswer: Answer = { decision: "no answer", code: undefined, message: "the host gave no answer" };

const answerOf = ({ status, error, message }: DeployEvent): Answer =>
  status === "accepted" || status === "rejected" || status === "applied"
    ? { decision: status, code: error ?? undefined, message }
    : noAnswer;

/** A log that takes everything and keeps the newest: what the host answers. */
export const recordingLog = () => {
  let answer = noAnswer;
  const log: LogWriter & Pick<LogReader, "last"> = {
    append:
      ({ body }) =>
      async () => {
        answer = answerOf(JSON.parse(body));
        return right({ seq: 1, duplicate: false });
      },
    last: () => async () => right(undefined),
  };
  return {
    log,
    clear: (): void => {
      answer = noAnswer;
    },
    /** It is refused as a message of somebody else's. */
    turnAway: (message: string): void => {
      answer = { decision: "not addressed", code: undefined, message };
    },
    answer: (): Answer => answer,
  };
};

type Recording = ReturnType<typeof recordingLog>;

/** A request as the log hands it over for the first time, with nothing behind it. */
export const deliveryTo = ({ turnAway }: Recording, stored: Stored): Delivery => ({
  ...stored,
  attempt: 1,
  pending: 0,
  ack: async () => undefined,
  later: () => undefined,
  working: () => undefined,
  refuse: turnAway,
});
