/**
 * What a listener does before it takes its first request: it finds the journals that an earlier one left open, asks the
 * log how far each has come, and goes on from there. A job that was accepted but never started is started now, if its
 * time has not passed; one that can say nothing any more is closed by the forwarder.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { responseSubject } from "../contract/address.ts";
import { DeployEvent } from "../contract/deploy-event.ts";
import type { HostIdentity } from "../contract/template.ts";
import { isTerminal, type RequestId, type Status } from "../contract/values.ts";
import type { LogReader } from "../router/ports.ts";
import { eventMsgId, respond } from "../router/serve.ts";
import { claimant } from "./claim.ts";
import { readCursor } from "./cursor.ts";
import type { Deployments } from "./deployments.ts";
import type { Forwarding } from "./forward.ts";
import { type Journal, readJournal } from "./journal.ts";
import { lastWord } from "./last-word.ts";
import { closeJournal, journalIds, removeJournal } from "./state-dir.ts";

const carried: readonly Status[] = ["accepted", "started", "completed", "failed"];

/** The n of a message id `<id>:<host>:<n>`; 0 when it is not one of this request and host. */
const eventNumber = (msgId: string | undefined, id: RequestId, host: HostIdentity): number => {
  const prefix = `${id}:${host.hostname}:`;
  const n = msgId?.startsWith(prefix) ? Number(msgId.slice(prefix.length)) : 0;
  return Number.isSafeInteger(n) ? n : 0;
};

/** The last event of this request that the log has, by the newest record of each status. Rejects when it cannot be asked. */
const inLog = async (log: Pick<LogReader, "last">, host: HostIdentity, id: RequestId): Promise<number> => {
  const numbers = await Promise.all(
    carried.map(async (status) => {
      const found = await log.last(responseSubject(host.tier, host.hostname, status))();
      if (isLeft(found)) throw new Error(found.left.message);
      return eventNumber(found.right?.msgId, id, host);
    }),
  );
  return Math.max(...numbers);
};

const expired = ({ order }: Journal, nowMs: number): boolean =>
  nowMs - Date.parse(order.accepted_at) > order.timeout_ms;

const isEndedInLog = ({ events }: Journal, from: number): boolean =>
  from >= events.length && events.slice(-1).some(({ status }) => isTerminal(status));

export interface Recovery {
  readonly forwarding: Forwarding;
  readonly deployments: Pick<Deployments, "resume">;
  readonly log: Pick<LogReader, "last">;
}

/**
 * A journal that cannot be read was torn while it was made, and then it was never accepted: the log delivers its request
 * again. If the log has its acceptance the disk lost it, and it ends as what nobody can tell.
 */
const putAway = async ({ forwarding, log }: Recovery, id: RequestId, why: string): Promise<void> => {
  const { host, logger, dir } = forwarding;
  const accepted = await log.last(responseSubject(host.tier, host.hostname, "accepted"))();
  if (isLeft(accepted)) throw new Error(accepted.left.message);
  if (eventNumber(accepted.right?.msgId, id, host) === 0) {
    logger.warn({ id }, `removed a journal that was never finished: ${why}`);
    return removeJournal(dir.open, id);
  }
  const known = DeployEvent.lenient(JSON.parse(accepted.right?.body ?? "{}"));
  if (isLeft(known)) throw new Error(`the acceptance of ${id} in the log cannot be read: ${known.left.join(". ")}`);
  const unrecorded = await lastWord(forwarding, known.right, id);
  if (unrecorded !== undefined) throw new Error(unrecorded.message);
};

const resumeOne = async (recovery: Recovery, id: RequestId): Promise<void> => {
  const { forwarding, deployments, log } = recovery;
  const dir = forwarding.dir.open;
  const journal = await readJournal(dir, id);
  if (isLeft(journal)) return putAway(recovery, id, journal.left);
  const noted = await readCursor(dir, id);
  // One that lies beyond the journal would leave its end untold.
  const from = Math.max(noted > journal.right.events.length ? 0 : noted, await inLog(log, forwarding.host, id));
  // Whoever has read the end may ask again at once, and must not find the host busy with closing its journal.
  if (isEndedInLog(journal.right, from)) return closeJournal(forwarding.dir, id);
  const [accepted] = journal.right.events;
  const unclaimed = (await claimant(dir, id)) === "none" && journal.right.events.length === 1;
  const startable = unclaimed && !expired(journal.right, forwarding.now());
  if (from === 0 && startable && accepted !== undefined) {
    // No record, no action: the job may only start once the log has its acceptance.
    const failed = await respond(
      forwarding,
      accepted,
      eventMsgId(id, forwarding.host.hostname, 1),
      journal.right.order.reply_to,
    );
    if (failed !== undefined) throw new Error(failed.message);
  }
  forwarding.logger.info({ id, from, startable }, "going on with a deployment that was left open");
  deployments.resume(journal.right.order, Math.max(from, startable ? 1 : 0), startable);
};

/** Rejects when the log cannot be asked: a listener that does not know where it stands must not start. */
export const recover = async (recovery: Recovery): Promise<void> => {
  for (const id of await journalIds(recovery.forwarding.dir.open)) await resumeOne(recovery, id);
};
