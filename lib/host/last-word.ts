/**
 * The end of a deployment whose journal cannot be read any more (a damaged disk, a file removed by hand): nobody can tell how
 * it went, so it ends as `interrupted`, straight in the log, from what is still known. Only for a job that is gone.
 */
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { instant, type RequestId } from "../contract/values.ts";
import { respond } from "../router/serve.ts";
import type { Forwarding } from "./forward.ts";
import { closeJournal } from "./state-dir.ts";

const lost = (hostname: string, id: RequestId): Failure =>
  failure(
    "interrupted",
    `The journal of request ${id} on ${hostname} cannot be read, so how it ended is not known. Look at the host, then deploy again.`,
  );

/** Right after it the journal is put away as it is. What comes back is why the log did not take it. */
export const lastWord = async (env: Forwarding, known: DeployEvent, id: RequestId): Promise<Failure | undefined> => {
  const { code, message } = lost(env.host.hostname, id);
  const end: DeployEvent = {
    ...known,
    status: "failed",
    error: code as NonNullable<DeployEvent["error"]>,
    message,
    at: instant(env.now()),
  };
  const unrecorded = await respond(env, end, env.ids.of({ id, seq: known.request_seq ?? 0 }, "lost"), undefined);
  if (unrecorded !== undefined) return unrecorded;
  env.logger.error({ id }, message);
  await closeJournal(env.dir, id);
  return undefined;
};
