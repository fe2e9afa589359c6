/** The activation. Nothing is activated before that is decided, and before its beginning is in the journal. */
import { left, right } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Built, cancellation } from "./build-phase.ts";
import type { Activated } from "./engine.ts";
import { asked, enter, guarded, type Job, type Step } from "./job-env.ts";

const decided = (job: Job): Step<void> =>
  guarded(job, async () => {
    const decision = await job.decision.activate();
    return decision.kind === "activate" ? right(undefined) : left(cancellation(job, decision));
  });

/** From here on it is too late to cancel. */
export const mayActivate = (job: Job): Step<void> =>
  pipe(
    decided(job),
    TE.chain(() => enter(job, "activate")),
  );

export const activate = (job: Job, { closure, resolved }: Built): Step<Activated> =>
  asked(job, "The activation", () => job.engine.activate({ action: job.order.action, closure, resolved }));
