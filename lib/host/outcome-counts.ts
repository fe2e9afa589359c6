/**
 * Counts how deployments end on this host, over restarts. Whatever shows that the log has a terminal record of this host, an
 * acknowledgement or a look at its newest, counts it, once, by its message id; at start the newest of each status are looked at, because a
 * listener may have been killed between the acknowledgement and the count. A count never stands in the way of a deployment.
 */
import { isLeft, isRight, left } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { outcomeOf, outcomeStatuses } from "../contract/outcome.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { RequestId } from "../contract/values.ts";
import type { MessageIds } from "../router/message-ids.ts";
import type { Counted, OutcomeMeter } from "../router/metering.ts";
import type { Logger, LogReader, LogWriter } from "../router/ports.ts";
import { eventIn, newest, type OwnLog } from "./in-log.ts";
import { type Journal, lastNumber, readJournal } from "./journal.ts";
import { lostSeq } from "./lost-mark.ts";
import { appendOutcome, type Kept, type OutcomeLine, readOutcomes, rewriteOutcomes } from "./outcome-file.ts";
import { journalIds, type StateDir } from "./state-dir.ts";
import { countedIn, type Tally, tallyOf } from "./tally.ts";

type Log = LogWriter & Pick<LogReader, "last">;

export interface OutcomesEnv {
  readonly dir: StateDir;
  readonly host: HostIdentity;
  readonly ids: MessageIds;
  readonly meter: OutcomeMeter & { readonly appended: (ms: number) => void };
  readonly logger: Logger;
  readonly passedMs: () => number;
}

export interface Outcomes {
  /** The same log, of which every outcome that it is seen to have is counted. */
  readonly counting: <L extends Log>(log: L) => L;
}

/** A phase lasts from its beginning to whatever comes next. */
const phasesIn = ({ events }: Pick<Journal, "events">): Counted["phases"] =>
  events.flatMap(({ status, phase, elapsed_ms: startMs }, index) => {
    const endMs = events[index + 1]?.elapsed_ms;
    if (status !== "started" || !phase || startMs === undefined || endMs === undefined) return [];
    return [{ phase, ms: Math.max(0, endMs - startMs) }];
  });

const journalOf = async ({ open, done }: StateDir, id: RequestId | undefined): Promise<Journal | undefined> => {
  if (id === undefined) return undefined;
  for (const dir of [open, done]) {
    const read = await readJournal(dir, id).catch(() => undefined);
    if (read !== undefined && isRight(read)) return read.right;
  }
  return undefined;
};

/** `undefined`: it is no outcome. */
const countedOf = async (dir: StateDir, event: DeployEvent): Promise<Counted | undefined> => {
  const outcome = outcomeOf(event);
  if (outcome === undefined) return undefined;
  const journal = outcome.status === "rejected" ? undefined : await journalOf(dir, event.id);
  const atMs = event.at === undefined ? 0 : Date.parse(event.at);
  return { outcome, phases: journal === undefined ? [] : phasesIn(journal), atMs };
};

const lineOf = (msgId: string, { outcome, phases, atMs }: Counted): OutcomeLine => ({
  msg_id: msgId,
  ...{ status: outcome.status, action: outcome.action, code: outcome.code },
  ...(outcome.elapsedMs === undefined ? {} : { elapsed_ms: outcome.elapsedMs }),
  at_ms: atMs,
  phases,
});

/** After so many lines the file is folded into its sums. */
const mostLines = 4_096;

/** Keeps a tally in its file; what the disk does not take now goes with the next that it takes. */
const keeping = ({ dir, logger }: Pick<OutcomesEnv, "dir" | "logger">, tally: Tally) => {
  let lines = mostLines;
  const keep = (line: OutcomeLine | undefined): void => {
    try {
      if (line === undefined || lines >= mostLines) {
        rewriteOutcomes(dir.root, tally.sums());
        lines = 0;
        return;
      }
      appendOutcome(dir.root, line);
      lines += 1;
    } catch (thrown) {
      // The next one writes all.
      lines = mostLines;
      logger.warn({ thrown: causeOf(thrown) }, "the counts of the metrics cannot be kept; a restart would lose some");
    }
  };
  return { keep };
};

/** Of a journal that was closed: what it told the log last. Nothing of one that is lost, or of another name of this host. */
const lastOf = async ({ dir, ids, host }: OutcomesEnv, id: RequestId) => {
  const read = lostSeq(dir.done, id) === undefined ? await readJournal(dir.done, id) : left("lost");
  if (isLeft(read) || read.right.order.hostname !== host.hostname) return undefined;
  const { order, events } = read.right;
  return { msgId: ids.of({ id, seq: order.request_seq }, lastNumber(read.right)), event: events.at(-1) };
};

/** What was closed while nobody counted. */
const takeClosed = async (env: OutcomesEnv, tally: Tally): Promise<void> => {
  for (const id of await journalIds(env.dir.done)) {
    const last = await lastOf(env, id);
    const counted = last?.event && (await countedOf(env.dir, last.event));
    if (last !== undefined && counted !== undefined) tally.take(last.msgId, counted);
  }
};

/** What cannot be read is lost to the counts, and to nothing else. */
const restored = async (env: OutcomesEnv): Promise<Tally> => {
  const { dir, meter, logger } = env;
  const told = (thrown: unknown): void =>
    logger.warn({ thrown: causeOf(thrown) }, "counts of the metrics cannot be read; some begin anew");
  let kept: Kept = { sums: undefined, isThere: false, lines: [] };
  try {
    kept = readOutcomes(dir.root);
    if (kept.isThere && kept.sums === undefined) told("the first line is none of this version's");
  } catch (thrown) {
    told(thrown);
  }
  const tally = tallyOf(kept.sums, meter);
  for (const line of kept.lines) {
    const counted = countedIn(line);
    if (counted !== undefined) tally.take(line.msg_id, counted);
  }
  await takeClosed(env, tally).catch(told);
  return tally;
};

/** Reads what was kept and what was closed since, and tells the meter. Never rejects. */
export const outcomesOf = async (env: OutcomesEnv): Promise<Outcomes> => {
  const { dir, meter, logger } = env;
  const tally = await restored(env);
  const { keep } = keeping(env, tally);
  keep(undefined);
  const see = async (msgId: string | undefined, event: DeployEvent | undefined): Promise<void> => {
    if (msgId === undefined || event === undefined || tally.knows(msgId, event.status)) return;
    const counted = await countedOf(dir, event);
    if (counted !== undefined && tally.take(msgId, counted)) keep(lineOf(msgId, counted));
  };
  const safely = (seen: Promise<void>): Promise<void> =>
    seen.catch((thrown) => logger.warn({ thrown: causeOf(thrown) }, "an outcome was not counted"));

  return {
    counting: (log) => ({
      ...log,
      append: (entry, timeoutMs) => async () => {
        const startMs = env.passedMs();
        const appended = await log.append(entry, timeoutMs)();
        if (isLeft(appended)) return appended;
        meter.appended(env.passedMs() - startMs);
        await safely(see(entry.msgId, eventIn(entry)));
        return appended;
      },
      last: (filter) => async () => {
        const found = await log.last(filter)();
        if (isRight(found) && found.right !== undefined) await safely(see(found.right.msgId, eventIn(found.right)));
        return found;
      },
    }),
  };
};

/** Looks at the newest of each status: what was not counted is counted by that. */
export const lookAtNewest = async (own: Pick<OwnLog, "host" | "log">): Promise<void> => {
  await Promise.all(outcomeStatuses.map((status) => newest(own, status)));
};
