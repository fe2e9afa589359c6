/** A deployment in a list: one request on one host, as its newest record tells it. */
import { shortAddress } from "../../../lib/contract/address.ts";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, optional, required, struct } from "../../../lib/contract/struct.ts";
import {
  Commit,
  ErrorCode,
  Generation,
  Instant,
  instant,
  Millis,
  Phase,
  Proof,
  RequestId,
  Revision,
  UnitName,
} from "../../../lib/contract/values.ts";
import { askedIn, type HistoryRow } from "../../../streams/history-row.ts";
import { Asked, RowStatus } from "../../history/query.ts";
import { named, placed, row } from "../line.ts";

const textLength = 300;
const Short = prose("Short", textLength);

export const DeploymentRow = struct("deployment in a list", {
  seq: required(integer("RowSeq", 0, Number.MAX_SAFE_INTEGER), "its newest record in the log"),
  at: required(Instant, "when the log stored that"),
  status: required(RowStatus, "how far it is; waiting: no host has answered"),
  tier: optional(Tier, "the tier"),
  host: optional(HostName, "the host"),
  target: optional(Short, "what the request addressed, where that is more than the host"),
  id: optional(RequestId, "the request: deployment_get tells all of it"),
  requester: optional(Requester, "who asked"),
  proof: optional(Proof, "how the host knows who asked"),
  action: optional(Asked, "what was asked for"),
  revision: optional(Revision, "what was to be deployed"),
  commit: optional(Commit, "what that resolved to"),
  generation: optional(Generation, "the generation of the system profile afterwards"),
  phase: optional(Phase, "the phase it is in, or ended in"),
  error: optional(ErrorCode, "why it failed or was rejected"),
  cause: optional(ErrorCode, "of a rollback: why"),
  message: optional(Short, "of what did not go well: what happened, the beginning of it"),
  reason: optional(Short, "why it was asked for"),
  replay_of: optional(RequestId, "the request that this one repeats"),
  override: optional(toggle("Override"), "true when it was asked for in spite of a freeze"),
  cancelled_by: optional(Requester, "who cancelled it"),
  failed_units: optional(list(UnitName, 100), "units that failed"),
  reboot_needed: optional(list(Short, 16), "what of the new system runs only after a reboot"),
  elapsed_ms: optional(Millis, "how long it took"),
  simulated: optional(toggle("Simulated"), "true when a stand-in for Nix took part"),
});
export type DeploymentRow = Decoded<typeof DeploymentRow.fields>;

const wentWell = ["completed", "applied", "accepted", "started"];

const short = (text: string | undefined): string | undefined => text && plain(text, textLength);

const targetOf = ({ address, tier, host }: HistoryRow): string | undefined => {
  const target = address && shortAddress(address);
  return target === `${tier}/${host}` ? undefined : short(target);
};

const someOf = <A>(all: readonly A[] | undefined): readonly A[] | undefined => (all?.length === 0 ? undefined : all);

const endingOf = (of: HistoryRow) => ({
  ...{ phase: of.phase, error: of.error as DeploymentRow["error"], cause: of.cause as DeploymentRow["cause"] },
  message: wentWell.includes(of.status) ? undefined : short(of.message),
  cancelled_by: of.cancelledBy,
  failed_units: someOf(of.failedUnits as DeploymentRow["failed_units"]),
  reboot_needed: someOf(of.rebootNeeded),
});

export const deploymentRow = (of: HistoryRow): DeploymentRow => {
  const { seq, atMs, status, tier, host, id, requester, proof, revision, commit, generation } = of;
  return known({
    ...{ seq, at: instant(atMs), status, tier, host, target: targetOf(of), id, requester, proof },
    ...{ action: askedIn(of), revision, commit, generation },
    ...endingOf(of),
    ...{ reason: short(of.reason), replay_of: of.replayOf },
    override: of.verb === "override" || undefined,
    elapsed_ms: of.elapsedMs,
    simulated: of.simulated || undefined,
  });
};

/** Everything that the row has, in an order to be read; what has a name of its own is named. */
export const deploymentText = ({ seq, at, status, tier, host, ...rest }: DeploymentRow): string =>
  row(at, host === undefined ? "" : placed(tier, host), status, named(rest), `seq ${seq}`);
