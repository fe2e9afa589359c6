/**
 * The proof: what runs and what will boot are compared with what was built, and what runs has to be healthy. Right is what is
 * true now, as a sentence; nothing but this makes a deployment a success.
 */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { failure } from "../contract/failure.ts";
import type { UnitName } from "../contract/values.ts";
import { isHealthChecked } from "./action.ts";
import type { Built } from "./build-phase.ts";
import type { Activated, SystemState } from "./engine.ts";
import { isHealthy } from "./health.ts";
import { asked, enter, guarded, type Job, learn, type Step } from "./job-env.ts";
import { brokenPromises, success } from "./verify.ts";

const compared = (job: Job, { closure, before }: Built): Step<SystemState> =>
  guarded(job, async () => {
    const { order, engine } = job;
    const seen = await asked(job, "The question what runs", engine.state)();
    if (isLeft(seen)) return seen;
    if (seen.right.generation !== undefined) learn(job, { generation: seen.right.generation });
    const broken = brokenPromises({ action: order.action, built: closure, before, after: seen.right });
    if (broken.length === 0) return seen;
    const message = `${order.hostname} reported success, but ${broken.join(" and ")}.`;
    return left(failure("verification_failed", message));
  });

/** That a reboot is needed, or that nobody could tell, is no failure: both are said. */
const rebootSentence = async (job: Job, { closure }: Built): Promise<string> => {
  if (job.order.action === "dry-activate") return "";
  const needed = await asked(job, "The question whether a reboot is needed", () => job.engine.rebootNeeded(closure))();
  if (isLeft(needed)) return " Whether it needs a reboot could not be seen.";
  if (needed.right.length === 0) return "";
  learn(job, { reboot_needed: needed.right });
  return ` Only a reboot brings the new ${needed.right.join(", ")}.`;
};

const toleratedSentence = (units: readonly UnitName[]): string =>
  units.length === 0 ? "" : ` Units that failed, which the request tolerates: ${units.join(", ")}.`;

export const verified = (job: Job, built: Built, activated: Activated): Step<string> =>
  pipe(
    enter(job, "verify"),
    TE.chain(() => compared(job, built)),
    TE.chain((after) =>
      pipe(
        isHealthChecked(job.order.action) ? isHealthy(job, built, activated) : TE.right([]),
        TE.map((tolerated) => ({ after, tolerated })),
      ),
    ),
    TE.chain(({ after, tolerated }) =>
      guarded(job, async () => {
        const { hostname, action } = job.order;
        const more = toleratedSentence(tolerated) + (await rebootSentence(job, built));
        return right(`${hostname} ${success(action, after)}${more === "" ? "" : `.${more}`}`);
      }),
    ),
  );

/**
 * Health checks take minutes, and what they found healthy may not be there any more. That it was there is proved by then, so what
 * is different now was someone else's doing: it is told, and not undone. A machine that does not say has said it before.
 */
export const stillSo =
  (job: Job, { closure, before }: Built) =>
  (said: string): Step<string> =>
    guarded(job, async () => {
      const { order, engine } = job;
      const seen = await asked(job, "The question what runs", engine.state)();
      if (isLeft(seen)) return right(said);
      const broken = brokenPromises({ action: order.action, built: closure, before, after: seen.right });
      if (broken.length === 0) return right(said);
      const message = `What was built was activated on ${order.hostname} and found well, but somebody switched meanwhile: ${broken.join(" and ")}. Nothing was undone; look at the host.`;
      return left(failure("verification_failed", message));
    });
