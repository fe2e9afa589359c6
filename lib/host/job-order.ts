/**
 * What a job is told: the request and the settings of its host, frozen when the request was accepted. A deployment may
 * replace the listener and its settings half-way; the job goes on as ordered.
 */
import { Address } from "../contract/address.ts";
import { integer, list, prose, toggle } from "../contract/codec.ts";
import { HealthCheck } from "../contract/health-check.ts";
import { EngineKind } from "../contract/listener-options.ts";
import { HostName, Requester, Role, Tier } from "../contract/names.ts";
import { type Decoded, defaulted, object, optional, required, struct } from "../contract/struct.ts";
import {
  Action,
  Instant,
  Millis,
  Proof,
  Reason,
  ReplyTo,
  RequestId,
  Revision,
  Sequence,
  UnitName,
} from "../contract/values.ts";

export const JobOrder = struct("job order", {
  journal: required(integer("JournalVersion", 1, 1), "version of the journal's form"),
  id: required(RequestId, "the request's id"),
  request_seq: required(Sequence, "the request's sequence in the log"),
  requester: required(Requester, "who asked"),
  proof: optional(Proof, "how this host knows who asked"),
  address: required(Address, "the address that was asked"),
  hostname: required(HostName, "this host"),
  tier: required(Tier, "its tier"),
  roles: defaulted(list(Role, 32), [], "its roles"),
  action: required(Action, "what nixos-rebuild does with the new generation"),
  revision: required(Revision, "branch, tag or commit to deploy"),
  reason: optional(Reason, "why"),
  reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
  flake_url: required(prose("FlakeUrl", 2000), "the flake"),
  engine: required(EngineKind, "how this host builds and switches"),
  root: optional(prose("Root", 1000), "the state folder of a sandbox or simulated host"),
  timeout_ms: required(Millis, "deadline for the whole job, up to the end of the activation"),
  resolve_ms: defaulted(Millis, 60_000, "deadline for asking the remote"),
  build_ms: defaulted(Millis, Number.MAX_SAFE_INTEGER, "deadline for the build"),
  activate_ms: defaulted(Millis, Number.MAX_SAFE_INTEGER, "deadline for the activation, and for that of a rollback"),
  verify_ms: defaulted(Millis, 180_000, "deadline for everything that is checked afterwards"),
  confirm_ms: defaulted(Millis, 60_000, "how long a listener may take to append to the log afterwards"),
  rollback: defaulted(toggle("Rollback"), true, "whether to go back when the new system is not healthy"),
  tolerate_units: defaulted(list(UnitName, 64), [], "units that may fail"),
  override: optional(toggle("Override"), "asked for in spite of a freeze"),
  health_checks: defaulted(list(object(HealthCheck), 32), [], "what is checked after an activation"),
  stored_at: optional(Instant, "when the log stored the request"),
  accepted_at: required(Instant, "when the host accepted it"),
});

export type JobOrder = Decoded<typeof JobOrder.fields>;
