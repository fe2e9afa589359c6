/** How one host came through a deployment, as tools answer with it. */
import { choice, list, prose } from "../../../lib/contract/codec.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import {
  Commit,
  ErrorCode,
  Generation,
  Instant,
  instant,
  Millis,
  Phase,
  Proof,
  Sequence,
  Status,
  StorePath,
  UnitName,
} from "../../../lib/contract/values.ts";
import type { ResponseRecord } from "../../../streams/records.ts";
import { tierOfHost } from "../../../streams/roster.ts";
import type { HostPart } from "../deployment.ts";
import { named, placed, row } from "../line.ts";
import { fittingIn, room } from "../paging.ts";

const messageLength = 600;

export const HostStatus = choice("HostStatus", [
  "waiting",
  "accepted",
  "started",
  "completed",
  "failed",
  "rejected",
  "applied",
]);

const Step = struct("step of a host", {
  seq: required(Sequence, "its record in the log"),
  at: required(Instant, "when the log stored it"),
  status: required(Status, "how far it was"),
  phase: optional(Phase, "the phase that began, or in which it ended"),
  message: required(prose("StepMessage", messageLength), "what happened"),
});

export const DeploymentHost = struct("host of a deployment", {
  host: required(HostName, "the host"),
  tier: optional(Tier, "its tier"),
  status: required(HostStatus, "how far it is; waiting: it has not answered"),
  phase: optional(Phase, "the phase that it is in, or ended in"),
  error: optional(ErrorCode, "why it failed or was rejected"),
  cause: optional(ErrorCode, "of a rollback: why"),
  message: optional(prose("HostMessage", messageLength), "what happened last; deployment_log has more of a failure"),
  at: optional(Instant, "when it said so"),
  commit: optional(Commit, "what it deployed"),
  closure: optional(StorePath, "the system that was built"),
  previous: optional(StorePath, "what the system profile pointed to before"),
  generation: optional(Generation, "the generation afterwards"),
  elapsed_ms: optional(Millis, "how long it took so far"),
  proof: optional(Proof, "how it knows who asked"),
  failed_units: optional(list(UnitName, 100), "units that failed"),
  reboot_needed: optional(list(prose("RebootReason", 64), 16), "what of the new system runs only after a reboot"),
  cancelled_by: optional(Requester, "who cancelled it"),
  steps: optional(list(object(Step), 100), "its way, step by step; only where one host is asked for"),
});
export type DeploymentHost = Decoded<typeof DeploymentHost.fields>;

const stepOf = ({ seq, atMs, status, event }: ResponseRecord): Decoded<typeof Step.fields> =>
  known({
    ...{ seq, at: instant(atMs), status, phase: event.phase ?? undefined },
    message: plain(event.message, messageLength),
  });

/** The newest that the host said of each. */
const saidOf = (records: readonly ResponseRecord[]) => {
  const said = <K extends keyof DeployEvent>(key: K) =>
    records.map(({ event }) => event[key]).findLast((value) => value !== undefined && value !== null);
  return {
    ...{ cause: said("cause"), commit: said("commit"), closure: said("closure"), previous: said("previous") },
    ...{ generation: said("generation"), elapsed_ms: said("elapsed_ms"), proof: said("proof") },
    ...{ failed_units: said("failed_units"), reboot_needed: said("reboot_needed") },
    cancelled_by: said("cancelled_by"),
  };
};

const stepText = ({ at, status, phase, message, seq }: Decoded<typeof Step.fields>): string =>
  `  ${row(at, status, phase ?? "", message, `seq ${seq}`)}`;

/** The last that fit beside the rest of the host. */
const stepsOf = (records: readonly ResponseRecord[]) =>
  fittingIn(records.slice(-100).map(stepOf).reverse(), stepText, 0.6 * room).toReversed();

export const deploymentHost = ({ host, enrolled, records }: HostPart, withSteps: boolean): DeploymentHost => {
  const last = records.at(-1);
  const tier = last?.tier ?? (enrolled && tierOfHost(enrolled));
  if (last === undefined) return known({ host, tier, status: "waiting" as const });
  const { status, atMs, event } = last;
  return known({
    ...{ host, tier, status, at: instant(atMs) },
    ...{ phase: event.phase ?? undefined, error: event.error ?? undefined },
    message: plain(event.message, messageLength),
    ...saidOf(records),
    steps: withSteps ? stepsOf(records) : undefined,
  } as const) as DeploymentHost;
};

export const deploymentHostText = ({ host, tier, status, steps = [], ...rest }: DeploymentHost): string =>
  [row(placed(tier, host), status, named(rest)), ...steps.map(stepText)].join("\n");
