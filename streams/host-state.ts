/**
 * What the log says that a host runs and will boot, ending by ending. This is the one place that knows what an ending means: a
 * trial changes nothing, `boot` only what will boot, `test` only what runs; a rollback leads back to `previous`; and what failed
 * on its way leaves it unknown. A reboot and a hand on the host are not in the log.
 */
import type { Action, Commit, RequestId, Revision, StorePath } from "../lib/contract/values.ts";
import type { ResponseRecord } from "./records.ts";

/** Since when something is so: the record that says it, by the clock of the log. */
interface Since {
  readonly seq: number;
  readonly atMs: number;
}

/** A deployment, as its ending tells it. */
export interface Deployment extends Since {
  readonly action: Action;
  readonly id: RequestId | undefined;
  readonly requestSeq: number | undefined;
  readonly requester: string | undefined;
  readonly revision: Revision | undefined;
  readonly commit: Commit | undefined;
  readonly closure: StorePath | undefined;
  readonly failed: boolean;
  /** Of a failure: its code, and of a rollback what led to it. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly simulated: boolean;
}

export interface System {
  readonly is: "system";
  readonly closure: StorePath | undefined;
  /** The generation of the system profile; what was only tried has none. */
  readonly generation: number | undefined;
  readonly since: Since;
  /** What put it there. `undefined`: it was there before anything that the log tells of. */
  readonly by: Deployment | undefined;
}

/** Nothing was deployed there, as far as the log goes back. */
export interface Nothing {
  readonly is: "nothing";
}

export interface Unknown {
  readonly is: "unknown";
  readonly since: Since;
  /** What left it so. */
  readonly by: Deployment;
  /** What was known before. */
  readonly before: System | Nothing | Unread;
}

/** An older ending decides. */
export interface Unread {
  readonly is: "unread";
}

export type Part = System | Nothing | Unknown | Unread;

export interface HostState {
  readonly runs: Part;
  readonly boots: Part;
}

export const unread: HostState = { runs: { is: "unread" }, boots: { is: "unread" } };
export const untold: HostState = { runs: { is: "nothing" }, boots: { is: "nothing" } };

/** What an ending did to a host. */
export interface Effect {
  readonly kind: "put" | "went back" | "lost";
  readonly by: Deployment;
  /** The generation afterwards. */
  readonly generation: number | undefined;
  /** What it had to do with. */
  readonly touches: { readonly runs: boolean; readonly boots: boolean };
  /** Of a rollback: what it led to. */
  readonly previous: StorePath | undefined;
}

const deploymentIn = ({ seq, atMs, status, event }: ResponseRecord): Deployment => {
  const { action = "switch", id, request_seq: requestSeq, requester, revision, commit, closure } = event;
  const { error, cause, simulated = false } = event;
  const asked = { action, id, requestSeq, requester, revision };
  const ended = { failed: status === "failed", error: error ?? undefined, cause };
  return { seq, atMs, ...asked, commit, closure, ...ended, simulated };
};

/** A phase that is not told may be any; of `null` it is known that there was none. */
const isUntouched = ({ phase, error }: ResponseRecord["event"]): boolean =>
  phase === null || ((phase === "resolve" || phase === "build") && error !== "interrupted");

const kindOf = ({ status, event }: ResponseRecord): Effect["kind"] | undefined => {
  if (event.control !== undefined || event.action === "dry-activate") return undefined;
  if (status === "completed") return "put";
  if (status !== "failed" || isUntouched(event)) return undefined;
  return event.error === "rolled_back" && event.previous !== undefined ? "went back" : "lost";
};

/** `undefined`: all is as it was before. */
export const effectOf = (record: ResponseRecord): Effect | undefined => {
  const kind = kindOf(record);
  if (kind === undefined) return undefined;
  const by = deploymentIn(record);
  const touches = { runs: by.action !== "boot", boots: by.action !== "test" };
  return { kind, by, touches, generation: record.event.generation, previous: record.event.previous };
};

const sinceOf = ({ seq, atMs }: Deployment): Since => ({ seq, atMs });

const systemPut = ({ by, generation }: Effect): System => ({
  is: "system",
  closure: by.closure,
  generation: by.action === "test" ? undefined : generation,
  since: sinceOf(by),
  by,
});

const unknownAfter = ({ by }: Effect, known: Part): Unknown => ({
  is: "unknown",
  since: sinceOf(by),
  by,
  before: known.is === "unknown" ? known.before : known,
});

/** Without what left it unknown. */
export const lastKnown = (part: Part): System | Nothing | Unread => (part.is === "unknown" ? part.before : part);

/** What was there all the time but for the try is there since it came; anything else since the rollback. */
const systemAgain = ({ by, generation, previous }: Effect, own: Part, other: Part): System | Unread => {
  for (const part of [own, other].map(lastKnown)) {
    if (part.is === "unread") return part;
    if (part.is !== "system" || part.closure !== previous) continue;
    const since = part === own ? part.since : sinceOf(by);
    return { ...part, generation: generation ?? part.generation, since };
  }
  return { is: "system", closure: previous, generation, since: sinceOf(by), by: undefined };
};

const wentBack = (known: HostState, effect: Effect): HostState => {
  const boots = systemAgain(effect, known.boots, known.runs);
  return { runs: effect.touches.runs ? systemAgain(effect, known.runs, known.boots) : known.runs, boots };
};

/** What is known of a host after one more ending. */
export const after = (known: HostState, effect: Effect): HostState => {
  const { touches, kind } = effect;
  if (kind === "went back") return wentBack(known, effect);
  const changed = kind === "put" ? () => systemPut(effect) : (part: Part) => unknownAfter(effect, part);
  return {
    runs: touches.runs ? changed(known.runs) : known.runs,
    boots: touches.boots ? changed(known.boots) : known.boots,
  };
};

/** Whether no older ending can change it. */
export const isDecided = ({ runs, boots }: HostState): boolean =>
  [runs, boots].every((part) => lastKnown(part).is !== "unread");
