/**
 * Ends a request before it is activated, by the decision that its job needs for that: so of a cancel and an activation that
 * come at the same moment exactly one has its way. The decision is made for any request, also for one that is not here: one
 * that the log hands over again must not run after somebody was told that it is unknown.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import type { RequestId } from "../contract/values.ts";
import { type Decision, decide, decisionFile, decisionOf } from "./decision.ts";
import type { Deployments } from "./deployments.ts";
import { journalFile, readJournal } from "./journal.ts";
import { pruneDecisions, type StateDir } from "./state-dir.ts";

/** The request to cancel it. */
export type Canceller = Required<Pick<Decision, "by" | "seq">> & Pick<Decision, "reason">;

export interface Cancelling {
  readonly dir: StateDir;
  readonly hostname: HostName;
  readonly deployments: Pick<Deployments, "running" | "takenAs">;
  /** A request with this id is here and has not been answered. */
  readonly waits: (id: RequestId) => boolean;
}

/** Right: it will not be activated. It is idempotent. */
export type Cancel = (id: RequestId, canceller: Canceller) => TaskEither<Failure<"too_late" | "internal">, void>;

const ended = (id: RequestId, hostname: HostName) =>
  failure("too_late", `Request ${id} has ended on ${hostname}: see \`hd show ${id}\`. Nothing was done.`);

const unknown = (id: RequestId, hostname: HostName) =>
  failure(
    "too_late",
    `${hostname} knows of no request ${id} that it could end: it has been refused, or it never came. Look at the id with \`hd history\`. Should it still come, ${hostname} will not run it.`,
  );

const activating = async (dir: string, id: RequestId, hostname: HostName) => {
  const journal = await readJournal(dir, id);
  const phase = isLeft(journal) ? undefined : journal.right.events.at(-1)?.phase;
  return failure(
    "too_late",
    `Request ${id} is past the point on ${hostname} (phase ${phase ?? "activate"}), and an activation is not broken off. Wait for it with \`hd watch ${id}\`; to go back, deploy what ran before.`,
  );
};

/** By this very request, which was not answered then. */
const isBy = ({ seq }: Canceller, made: Decision | undefined): boolean => made?.kind === "cancel" && made.seq === seq;

/** It was put away while this was decided, and with it what its job had decided; then another decision could be made, for nothing. */
const unlessEnded = async (
  { dir: { open, done }, hostname }: Cancelling,
  id: RequestId,
  canceller: Canceller,
): Promise<Either<Failure<"too_late">, void>> => {
  const putAway = decisionOf(done, id);
  if (isBy(canceller, putAway) || (putAway === undefined && !existsSync(journalFile(done, id))))
    return right(undefined);
  await rm(decisionFile(open, id), { force: true });
  return left(ended(id, hostname));
};

const tried = async (cancelling: Cancelling, id: RequestId, canceller: Canceller) => {
  const { dir, hostname, deployments, waits } = cancelling;
  if (isBy(canceller, decisionOf(dir.done, id) ?? decisionOf(dir.open, id))) return right(undefined);
  const isOpen = deployments.running()?.id === id;
  if (!isOpen && (await deployments.takenAs(id)) !== undefined) return left(ended(id, hostname));
  const isHere = isOpen || waits(id);
  const { kind } = await decide(dir.open, id, { kind: "cancel", ...canceller });
  if (kind === "activate") return left(await activating(dir.open, id, hostname));
  return isHere ? unlessEnded(cancelling, id, canceller) : left(unknown(id, hostname));
};

/** How many are asked for before the decisions that are kept are counted: a look at all of them is not worth it for each. */
const pruneEvery = 50;

/** Called for each cancel. What cannot be removed now is tried again. */
const tidier = ({ dir }: Cancelling): (() => Promise<void>) => {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked % pruneEvery === 0) await pruneDecisions(dir, Date.now()).catch(() => undefined);
  };
};

export const cancelOn = (cancelling: Cancelling): Cancel => {
  const tidy = tidier(cancelling);
  return (id, canceller) => async () => {
    try {
      const outcome = await tried(cancelling, id, canceller);
      await tidy();
      return outcome;
    } catch (thrown) {
      return left(
        failure(
          "internal",
          `${cancelling.hostname} cannot write down that request ${id} is cancelled (${causeOf(thrown)}), so it goes on. Make room or mend its state folder, then ask again.`,
        ),
      );
    }
  };
};
