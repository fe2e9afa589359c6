/**
 * A host without NATS and without Nix: a state folder, a log in memory that can be cut off, a clock that stands still, and
 * jobs that are alive when a test says so. A test plays the job by writing to the journal, as the real one does.
 */
import { join } from "node:path";
import { left } from "fp-ts/lib/Either.js";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { failure } from "../../lib/contract/failure.ts";
import { isTerminal, type Phase, type RequestId } from "../../lib/contract/values.ts";
import { claim } from "../../lib/host/claim.ts";
import type { Forwarding } from "../../lib/host/forward.ts";
import type { ProcessIdentity } from "../../lib/host/holder-file.ts";
import type { JobOrder } from "../../lib/host/job-order.ts";
import { appendEvent, createJournal } from "../../lib/host/journal.ts";
import { makeStateDir, stateDir } from "../../lib/host/state-dir.ts";
import { event, idsOf, keepingLogger, noonMs, order, web1 } from "./fixtures.ts";
import { memoryLog } from "./memory-bus.ts";

const listenerIdentity: ProcessIdentity = { pid: 99, started: "1", boot: "b1" };
export const jobIdentity: ProcessIdentity = { pid: 4711, started: "2", boot: "b1" };

const codes = { failed: "build_failed", rejected: "busy" } as const;

/** An event as a job writes it. */
export const said = (of: JobOrder, status: DeployEvent["status"], phase: Phase | null = null): DeployEvent => {
  const code = status === "failed" || status === "rejected" ? codes[status] : null;
  return event(of, { status, phase, error: code as DeployEvent["error"] });
};

export const hostWorld = async (root: string) => {
  const dir = stateDir(root);
  await makeStateDir(dir);
  const clock = { nowMs: noonMs };
  const memory = memoryLog({ now: () => clock.nowMs });
  const bus = memory.bus();
  const logger = keepingLogger();
  const alive = new Set<number>();
  const live: { readonly subject: string; readonly body: string }[] = [];
  /** What the log does with the next records: an entry for each, true for "takes it"; then it takes them all. */
  const takes: boolean[] = [];
  const ids = idsOf(web1);
  const end = async ({ pid }: ProcessIdentity) => void alive.delete(pid);
  const cutOff = left(failure("unaudited", "The log cannot be reached."));
  const env = (changes: Partial<Forwarding> = {}): Forwarding => ({
    dir,
    host: web1,
    log: {
      append: (entry) => async () => ((takes.shift() ?? true) ? bus.log.append(entry)() : cutOff),
      last: bus.log.last,
    },
    ids,
    live: { publish: (subject, body) => void live.push({ subject, body }) },
    logger,
    processes: { self: async () => listenerIdentity, alive: async ({ pid }) => alive.has(pid), end },
    now: () => clock.nowMs,
    passedMs: () => clock.nowMs,
    heartbeatMs: 0,
    startGraceMs: 30_000,
    ...changes,
  });
  /** The log as `<which event, by the message id> <status>`, of one request. */
  const recorded = (id: RequestId = order().id): readonly string[] =>
    memory.records
      .filter(({ msgId }) => msgId?.startsWith(`${id}:web1:`))
      .map(({ msgId, subject }) => `${msgId?.split(":").at(-2)} ${subject.split(".").at(-1)}`);
  const ends = (id: RequestId = order().id): readonly DeployEvent[] =>
    memory.records
      .map(({ body }): DeployEvent => JSON.parse(body))
      .filter((one) => one.id === id && isTerminal(one.status));
  return {
    dir,
    clock,
    memory,
    bus,
    logger,
    alive,
    live,
    takes,
    ids,
    env,
    recorded,
    ends,
    outputOf: (id: RequestId) => join(dir.open, `${id}.log`),
    accept: async (of: JobOrder = order()) => createJournal(dir.open, of, said(of, "accepted")),
    write: (status: DeployEvent["status"], phase: Phase | null = null, of: JobOrder = order()) =>
      appendEvent(dir.open, of.id, said(of, status, phase)),
    /** The job begins: it claims the request and lives. */
    begin: async (of: JobOrder = order()) => {
      alive.add(jobIdentity.pid);
      return claim(dir.open, of.id, jobIdentity);
    },
    /** The job is killed, or has ended. */
    end: () => alive.delete(jobIdentity.pid),
  };
};

export type HostWorld = Awaited<ReturnType<typeof hostWorld>>;
