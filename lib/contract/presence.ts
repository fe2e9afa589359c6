/**
 * What a listener announces of itself, on change and every minute: one value for each host in the bucket of presences, so
 * that whoever asks knows of a host that is away what it was when it was last seen.
 */

import { Address } from "./address.ts";
import { list, prose, toggle } from "./codec.ts";
import { HostName, Requester, Role, Tier } from "./names.ts";
import { type Decoded, object, optional, required, struct } from "./struct.ts";
import {
  Action,
  Commit,
  Generation,
  Instant,
  Phase,
  Reason,
  RequestId,
  Revision,
  StorePath,
  Version,
} from "./values.ts";

const Doing = struct("deployment under way", {
  id: required(RequestId, "the request"),
  requester: required(Requester, "who asked"),
  action: required(Action, "what it does"),
  revision: required(Revision, "what was asked for"),
  phase: optional(Phase, "the phase that it is in"),
  since: required(Instant, "when the host accepted it"),
});

const Frozen = struct("freeze", {
  address: required(Address, "the address that is frozen"),
  by: required(Requester, "who froze it"),
  reason: required(Reason, "why"),
  until: optional(Instant, "when it ends by itself"),
});

export type Doing = Decoded<typeof Doing.fields>;
export type Frozen = Decoded<typeof Frozen.fields>;

export const Presence = struct("presence", {
  hostname: required(HostName, "the host"),
  tier: required(Tier, "its tier"),
  roles: required(list(Role, 32), "its roles"),
  deploy_subjects: required(list(Address, 64), "the addresses it serves"),
  version: required(Version, "the version of its listener"),
  at: required(Instant, "when it said so, by its own clock"),
  since: required(Instant, "when this listener began to take work"),
  booted_at: optional(Instant, "when the machine was booted"),
  running: optional(StorePath, "the system that runs"),
  boots: optional(StorePath, "the system that will boot"),
  generation: optional(Generation, "the generation of the system profile"),
  commit: optional(Commit, "the commit of what runs, where this host deployed it"),
  reboot_needed: optional(list(prose("RebootReason", 64), 16), "what of the system that runs needs a reboot first"),
  doing: optional(object(Doing), "the deployment that it works on"),
  frozen: optional(list(object(Frozen), 16), "what it is frozen by"),
  stopped: optional(toggle("Stopped"), "true when the listener said good-bye"),
  simulated: optional(toggle("Simulated"), "true when a stand-in for Nix takes its place on this host"),
});

export type Presence = Decoded<typeof Presence.fields>;
