/**
 * Hosts that announce another system than the one that the log puts there. What was announced before the newest ending says
 * nothing, nor does a host that is at work; and what was made to boot runs after a reboot, which the log does not tell.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { StorePath } from "../../lib/contract/values.ts";
import type { Part } from "../host-state.ts";
import type { Seen } from "../presences.ts";
import { contradiction } from "./kinds.ts";
import type { Surroundings } from "./open-ends.ts";
import type { HostLog, Reading } from "./reading.ts";

/** What the log puts there, and since when; `undefined`: it does not say. */
const putBy = (part: Part): { readonly closure: StorePath; readonly seq: number; readonly atMs: number } | undefined =>
  part.is === "system" && part.closure !== undefined ? { closure: part.closure, ...part.since } : undefined;

interface Contradiction {
  readonly seq: number;
  readonly text: string;
  readonly atMs: number;
}

const against = ({ host, state }: HostLog, { atMs, presence }: Seen): readonly Contradiction[] => {
  if (isLeft(presence) || presence.right.doing !== undefined) return [];
  const { running, boots } = presence.right;
  const [runs, will] = [putBy(state.runs), putBy(state.boots)];
  const newestMs = Math.max(runs?.atMs ?? 0, will?.atMs ?? 0);
  if (atMs < newestMs) return [];
  const of = (what: string, put: typeof runs, is: StorePath | undefined): readonly Contradiction[] =>
    put === undefined || is === undefined || is === put.closure
      ? []
      : [{ seq: put.seq, text: `${what} on ${host} is ${is}, and the log says ${put.closure}`, atMs }];
  const isRebooted = running !== undefined && running === will?.closure;
  return [...(isRebooted ? [] : of("what runs", runs, running)), ...of("what will boot", will, boots)];
};

/** To be called once, when all was read. */
export const judgeHosts = (reading: Reading, { seen }: Surroundings): void => {
  const all = [...reading.hosts.values()].flatMap((log) => {
    const announced = seen.get(log.host);
    return announced === undefined ? [] : against(log, announced);
  });
  for (const { seq, text, atMs } of all.toSorted((a, b) => a.seq - b.seq))
    reading.found.add(contradiction, seq, () => ({ text, atMs }));
};
