/** The record of a refused request. It carries only what could be read of the request: a refused field is never echoed. */
import { read } from "../contract/codec.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import { plain } from "../contract/plain.ts";
import type { Origin } from "../contract/route.ts";
import { Action, instant, messageLength, Revision } from "../contract/values.ts";

export interface Refused {
  readonly origin: Origin;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly failure: Failure;
  /** This host really does nothing of what it is asked. */
  readonly simulated: boolean;
}

/** What a record says of the verb of its request. */
export const asked = (verb: Origin["verb"]): Pick<DeployEvent, "control" | "override"> => {
  if (verb === undefined) return {};
  return verb === "override" ? { override: true } : { control: verb };
};

export const rejection = (
  hostname: HostName,
  { origin, fields, failure, simulated }: Refused,
  nowMs: number,
): DeployEvent => {
  const action = read(Action, fields["action"]);
  const revision = read(Revision, fields["revision"]);
  return {
    hostname,
    status: "rejected",
    error: failure.code as NonNullable<DeployEvent["error"]>,
    message: plain(failure.message, messageLength),
    id: origin.id,
    request_seq: origin.seq,
    phase: null,
    requester: origin.requester,
    proof: origin.vouched.proof,
    ...(action === undefined ? {} : { action }),
    ...(revision === undefined ? {} : { revision }),
    ...(simulated ? { simulated } : {}),
    ...asked(origin.verb),
    ...(failure.by === undefined ? {} : { cancelled_by: failure.by }),
    at: instant(nowMs),
  };
};
