/**
 * How far each host is with one request, folded from its responses. A host's first ending stands: whatever it says later,
 * it has ended. A host nobody expected is awaited like the others from the moment it answers.
 */
import type { HostName } from "../lib/contract/names.ts";
import { isTerminal } from "../lib/contract/values.ts";
import type { Enrolled } from "../lib/router/ports.ts";
import type { ResponseRecord } from "./records.ts";

/** `away`: no listener when the following began. `silent`: a listener, but no answer in time. */
export type Unreachable = "away" | "silent";

export type HostState =
  | { readonly kind: "waiting"; readonly present: boolean }
  | { readonly kind: "unreachable"; readonly why: Unreachable }
  | { readonly kind: "running"; readonly record: ResponseRecord }
  | { readonly kind: "ended"; readonly record: ResponseRecord };

export type HostStates = ReadonlyMap<HostName, HostState>;

export const expecting = (hosts: readonly Pick<Enrolled, "hostname" | "present">[]): HostStates =>
  new Map(hosts.map(({ hostname, present }) => [hostname, { kind: "waiting", present }]));

export const advance = (states: HostStates, record: ResponseRecord): HostStates => {
  if (states.get(record.host)?.kind === "ended") return states;
  const kind = isTerminal(record.status) ? "ended" : "running";
  return new Map(states).set(record.host, { kind, record });
};

/** Nobody is left who is worth waiting for. */
export const settled = (states: HostStates): boolean =>
  [...states.values()].every(({ kind }) => kind === "ended" || kind === "unreachable");

export interface Patience {
  /** How long a host that is there may take for its first answer. */
  readonly answerTimeoutMs: number;
  /** The same for a host that seemed away: its listener may just be restarting. */
  readonly absentTimeoutMs: number;
}

const dueMs = (present: boolean, { answerTimeoutMs, absentTimeoutMs }: Patience): number =>
  present ? answerTimeoutMs : absentTimeoutMs;

/** Hosts that have not answered within what is due to them after `elapsedMs`. */
export const overdue = (
  states: HostStates,
  elapsedMs: number,
  patience: Patience,
): ReadonlyMap<HostName, Unreachable> =>
  new Map(
    [...states].flatMap(([host, state]) =>
      state.kind === "waiting" && elapsedMs >= dueMs(state.present, patience)
        ? [[host, state.present ? "silent" : "away"] as const]
        : [],
    ),
  );

/** Milliseconds until the next host is overdue; Infinity when none waits. */
export const nextDueMs = (states: HostStates, elapsedMs: number, patience: Patience): number =>
  Math.min(
    ...[...states.values()].map((state) =>
      state.kind === "waiting" ? dueMs(state.present, patience) - elapsedMs : Number.POSITIVE_INFINITY,
    ),
  );

/** Hosts that seemed away and are not: they get the time of one that is there. */
export const foundPresent = (states: HostStates, there: Iterable<HostName>): HostStates => {
  const next = new Map(states);
  for (const host of there) next.set(host, { kind: "waiting", present: true });
  return next;
};

export const giveUp = (states: HostStates, late: ReadonlyMap<HostName, Unreachable>): HostStates => {
  const next = new Map(states);
  for (const [host, why] of late) next.set(host, { kind: "unreachable", why });
  return next;
};
