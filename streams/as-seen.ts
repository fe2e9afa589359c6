/**
 * What a host runs now, where it announced something after the newest change that the log tells of: a reboot, and a hand on the
 * host, are in no record. Of a host that works on a deployment, or has not said what runs, the log's word stands.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Commit, StorePath } from "../lib/contract/values.ts";
import type { HostState, Part, System } from "./host-state.ts";
import type { Seen } from "./presences.ts";

export interface AsSeen extends HostState {
  /** Since the newest record it was booted into what was to boot. */
  readonly rebooted: boolean;
  /** What runs instead, that no record tells of: nobody can say who put it there. */
  readonly unlike: { readonly closure: StorePath; readonly commit: Commit | undefined } | undefined;
}

/** The systems that a host may turn out to run: with what failed, the one that failed and the one before. */
const systemsIn = (part: Part): readonly System[] => {
  if (part.is === "system") return [part];
  if (part.is !== "unknown") return [];
  const { by, since, before } = part;
  return [{ is: "system", closure: by.closure, generation: undefined, since, by }, ...systemsIn(before)];
};

const changedAtMs = (part: Part): number => (part.is === "system" || part.is === "unknown" ? part.since.atMs : 0);

/** A clock of the host's own says when it was booted, so it may be off, but not before what it booted. */
const sinceBoot = (system: System, bootedAt: string | undefined): System => {
  const bootedMs = bootedAt === undefined ? 0 : Date.parse(bootedAt);
  return { ...system, since: { ...system.since, atMs: Math.max(system.since.atMs, bootedMs) } };
};

export const asSeen = (state: HostState, seen: Seen | undefined): AsSeen => {
  const told = { ...state, rebooted: false, unlike: undefined };
  if (seen === undefined || isLeft(seen.presence)) return told;
  const { running, doing, booted_at: bootedAt, commit } = seen.presence.right;
  const isOlder = seen.atMs < Math.max(changedAtMs(state.runs), changedAtMs(state.boots));
  const isComparable = state.runs.is === "unknown" || (state.runs.is === "system" && state.runs.closure !== undefined);
  if (running === undefined || doing !== undefined || isOlder || !isComparable) return told;
  const same = (part: Part) => systemsIn(part).find(({ closure }) => closure === running);
  const runs = same(state.runs);
  if (runs !== undefined) return { ...told, runs };
  const booted = same(state.boots);
  if (booted !== undefined) return { ...told, runs: sinceBoot(booted, bootedAt), rebooted: true };
  return { ...told, unlike: { closure: running, commit } };
};
