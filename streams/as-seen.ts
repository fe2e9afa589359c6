/**
 * What a host runs now, where it announced something after the newest change that the log tells of: a reboot, and a hand on the
 * host, are in no record. Of a host that works on a deployment, or has not said what runs, the log's word stands.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Presence } from "../lib/contract/presence.ts";
import type { Commit, StorePath } from "../lib/contract/values.ts";
import type { HostState, Part, System } from "./host-state.ts";
import type { Seen } from "./presences.ts";

export interface AsSeen extends HostState {
  /** Since the newest record it was booted into what was to boot. */
  readonly rebooted: boolean;
  readonly unlike: Unlike | undefined;
}

/** What runs instead, that no record tells of: nobody can say who put it there. */
interface Unlike {
  /** `rebooted`: what was only tried is gone. */
  readonly how: "by hand" | "rebooted";
  readonly closure: StorePath;
  readonly commit: Commit | undefined;
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

/** Whether what is announced can be held against what the log tells. */
const isComparable = ({ runs, boots }: HostState, atMs: number): boolean => {
  if (atMs < Math.max(changedAtMs(runs), changedAtMs(boots))) return false;
  return runs.is === "unknown" || (runs.is === "system" && runs.closure !== undefined);
};

const strange = ({ runs }: HostState, { boots, commit }: Presence, closure: StorePath): Unlike => {
  const wasTried = runs.is === "system" && runs.by?.action === "test";
  return { how: wasTried && closure === boots ? "rebooted" : "by hand", closure, commit };
};

export const asSeen = (state: HostState, seen: Seen | undefined): AsSeen => {
  const told = { ...state, rebooted: false, unlike: undefined };
  if (seen === undefined || isLeft(seen.presence) || !isComparable(state, seen.atMs)) return told;
  const presence = seen.presence.right;
  const { running, doing } = presence;
  if (running === undefined || doing !== undefined) return told;
  const same = (part: Part) => systemsIn(part).find(({ closure }) => closure === running);
  const runs = same(state.runs);
  if (runs !== undefined) return { ...told, runs };
  const booted = same(state.boots);
  if (booted !== undefined) return { ...told, runs: sinceBoot(booted, presence.booted_at), rebooted: true };
  return { ...told, unlike: strange(state, presence, running) };
};
