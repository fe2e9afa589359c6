/**
 * The body of what a builder answers: one step of one build, as it stands in the log. `started` is repeated: when a phase
 * begins, and for each host that is done. A record of a thousand hosts has to fit the log, so what a host has to say at
 * length stands in its own record only, and the last one leaves out what would make it too large.
 */
import { integer, list, nullable, prose, toggle } from "./codec.ts";
import { logTailLines } from "./deploy-event.ts";
import { BuildTarget, HostName, Repo, Requester } from "./names.ts";
import { type Decoded, object, optional, required, struct } from "./struct.ts";
import {
  BuildOutcome,
  BuildPhase,
  BuildStatus,
  Commit,
  ErrorCode,
  Instant,
  LogLine,
  Message,
  Millis,
  Proof,
  RequestId,
  Revision,
  Sequence,
  StorePath,
} from "./values.ts";

/** How many hosts one request builds at most. */
export const mostBuiltHosts = 1000;

const HostCount = integer("HostCount", 0, mostBuiltHosts);

/** What became of one host. */
export const BuiltHost = struct("host's build", {
  host: required(HostName, "the host"),
  outcome: required(BuildOutcome, "built, failed, or skipped: not begun, because there was no time left"),
  closure: optional(StorePath, "the system that was built"),
  error: optional(ErrorCode, "why it failed: a code of the failure table"),
  message: optional(prose("ShortMessage", 300), "why it failed, in short"),
  elapsed_ms: optional(Millis, "milliseconds that its build took"),
});

export type BuiltHost = Decoded<typeof BuiltHost.fields>;

export const BuildEvent = struct("build response", {
  builder: required(Requester, "the builder that speaks"),
  repo: required(Repo, "the repository, as the builder's configuration calls it"),
  target: required(BuildTarget, "the host that is built, or all"),
  status: required(BuildStatus, "how far the build is; completed, failed and rejected end it"),
  error: required(nullable(ErrorCode), "why it failed or was rejected: a code of the failure table"),
  message: required(Message, "one sentence for people"),
  id: optional(RequestId, "the request's id"),
  request_seq: optional(Sequence, "the request's sequence in the log"),
  requester: optional(Requester, "who asked, from the request's subject"),
  proof: optional(Proof, "how the builder knows who asked: verified signature, name by NATS permission, or no name"),
  revision: optional(Revision, "what was asked for"),
  commit: optional(Commit, "what the revision resolved to"),
  phase: optional(nullable(BuildPhase), "the phase that begins, or in which it ended"),
  at: optional(Instant, "when it happened, by the builder's clock"),
  elapsed_ms: optional(Millis, "milliseconds since the request was accepted"),
  total: optional(HostCount, "how many hosts are to be built"),
  built: optional(HostCount, "how many are built by now"),
  failed: optional(HostCount, "how many have failed by now"),
  host: optional(object(BuiltHost), "of a started record: the host that is done"),
  results: optional(
    list(object(BuiltHost), mostBuiltHosts),
    "in the end: every host, by name; where all of it does not fit, without messages, then without closures",
  ),
  left_out: optional(
    list(prose("StrangeName", 80), 20),
    "configurations of the flake that were left out, because no host can have their names",
  ),
  log_tail: optional(list(LogLine, logTailLines), "of a host that failed: the last lines of its build's output"),
  simulated: optional(toggle("Simulated"), "true when a stand-in for Nix took part: nothing was really built"),
});

export type BuildEvent = Decoded<typeof BuildEvent.fields>;
