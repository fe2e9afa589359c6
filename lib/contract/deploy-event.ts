/**
 * The body of a response: one step of one deployment on one host, as it stands in the log. The first four fields are the
 * original protocol, so a response with only those is valid; everything a reader shows comes from here and the subject.
 */
import { list, nullable, prose, toggle } from "./codec.ts";
import { HostName, Requester } from "./names.ts";
import { type Decoded, optional, required, struct } from "./struct.ts";
import {
  Action,
  Commit,
  ErrorCode,
  Generation,
  Instant,
  LogLine,
  Message,
  Millis,
  Phase,
  Proof,
  RequestId,
  Revision,
  Sequence,
  Status,
  StorePath,
  UnitName,
  Verb,
} from "./values.ts";

/** How many lines of a failed job's output its record carries. */
export const logTailLines = 40;

export const DeployEvent = struct("deploy response", {
  hostname: required(HostName, "the host that speaks"),
  status: required(Status, "how far the deployment is; completed, failed and rejected end it"),
  error: required(nullable(ErrorCode), "why it failed or was rejected: a code of the failure table"),
  message: required(Message, "one sentence for people"),
  id: optional(RequestId, "the request's id"),
  request_seq: optional(Sequence, "the request's sequence in the log"),
  phase: optional(nullable(Phase), "the phase that begins, or in which it ended"),
  requester: optional(Requester, "who asked, from the request's subject"),
  proof: optional(Proof, "how the host knows who asked: verified signature, name by NATS permission, or no name"),
  action: optional(Action, "what nixos-rebuild does with the new generation"),
  revision: optional(Revision, "what was asked for"),
  commit: optional(Commit, "what the revision resolved to"),
  closure: optional(StorePath, "the system that was built"),
  previous: optional(StorePath, "what the system profile pointed to before"),
  generation: optional(Generation, "the generation of the system profile afterwards"),
  at: optional(Instant, "when it happened, by the host's clock"),
  elapsed_ms: optional(Millis, "milliseconds since the request was accepted"),
  control: optional(Verb, "of a control request: what was asked for"),
  override: optional(toggle("Override"), "true when it was asked for in spite of a freeze"),
  cause: optional(ErrorCode, "of a rollback: why, as a code of the failure table"),
  failed_units: optional(list(UnitName, 100), "units that failed"),
  reboot_needed: optional(list(prose("RebootReason", 64), 16), "what of the new system runs only after a reboot"),
  cancelled_by: optional(Requester, "who asked for it to be cancelled"),
  log_tail: optional(list(LogLine, logTailLines), "the last lines of the job's output, when it failed"),
  simulated: optional(
    toggle("Simulated"),
    "true when a stand-in for Nix took part: nothing was really built or switched",
  ),
});

export type DeployEvent = Decoded<typeof DeployEvent.fields>;
