/** A listener's hold on its state folder, taken before it talks to anyone. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { layBallast } from "../lib/host/ballast.ts";
import type { Processes } from "../lib/host/holder-file.ts";
import { hostSecret } from "../lib/host/message-ids.ts";
import { becomeSoleListener } from "../lib/host/sole-listener.ts";
import { makeStateDir, pruneDecisions, pruneDone, stateDir } from "../lib/host/state-dir.ts";

/** Right: the folder is there, it is this process's alone, and its closed journals are pruned. What comes back is its secret. */
export const takeStateDir = async (root: string, processes: Processes): Promise<Either<Failure, Buffer>> => {
  const dir = stateDir(root);
  try {
    await makeStateDir(dir);
    const sole = await becomeSoleListener(root, processes);
    if (isLeft(sole)) return sole;
    await pruneDone(dir);
    // Without room for it there is none for a journal either, and then each request is refused with that reason.
    await layBallast(root).catch(() => undefined);
    await pruneDecisions(dir, Date.now());
    return right(await hostSecret(root));
  } catch (thrown) {
    const why = causeOf(thrown);
    return left(
      failure("internal", `The state folder cannot be used: ${why}. Give another with --state-dir, or mend it.`),
    );
  }
};
