/** A host in the summary of the history: how its deployments ended in all, the last of each kind, and how long they take. */
import { integer } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Tier } from "../../../lib/contract/names.ts";
import { type Decoded, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Commit, ErrorCode, Instant, instant, Millis, RequestId } from "../../../lib/contract/values.ts";
import type { HostSummary, Last } from "../../../streams/history-summary.ts";
import { named, placed, row } from "../line.ts";

const Count = integer("Ended", 0, Number.MAX_SAFE_INTEGER);

export const SummaryRow = struct("host in a summary", {
  tier: required(Tier, "the tier"),
  host: required(HostName, "the host"),
  completed: required(Count, "how many deployments it completed"),
  failed: required(Count, "how many failed"),
  rejected: required(Count, "how many it did not take"),
  last_success: optional(Instant, "when the last one was completed"),
  last_success_id: optional(RequestId, "which that was: see deployment_get"),
  commit: optional(Commit, "what that was"),
  last_failure: optional(Instant, "when the last one failed"),
  last_failure_id: optional(RequestId, "which that was: see deployment_log"),
  error: optional(ErrorCode, "why that failed"),
  median_ms: optional(Millis, "half of the newest deployments took less"),
  p95_ms: optional(Millis, "95 of a hundred took less"),
  sample: optional(Count, "of how many the times are"),
});
type SummaryRow = Decoded<typeof SummaryRow.fields>;

const eventOf = (last: Last | undefined) => (last?.kind === "response" ? last.event : undefined);

const atOf = (last: Last | undefined) => (last === undefined ? undefined : instant(last.atMs));

export const summaryRow = ({ tier, host, ended, lastCompleted, lastFailed, times }: HostSummary): SummaryRow => {
  const [success, failure] = [eventOf(lastCompleted), eventOf(lastFailed)];
  return known({
    ...{ tier, host, ...ended },
    ...{ last_success: atOf(lastCompleted), last_success_id: success?.id, commit: success?.commit ?? undefined },
    ...{ last_failure: atOf(lastFailed), last_failure_id: failure?.id, error: failure?.error ?? undefined },
    ...{ median_ms: times.whole?.medianMs, p95_ms: times.whole?.p95Ms, sample: times.whole?.count },
  });
};

export const summaryText = ({ tier, host, ...rest }: SummaryRow): string => row(placed(tier, host), named(rest));
