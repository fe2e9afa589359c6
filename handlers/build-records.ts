/** The records of a build. Whatever a flake, git or Nix printed goes into one only through `plain`, or its codec refuses it. */
import type { BuildEvent, BuiltHost } from "../lib/contract/build-event.ts";
import type { Failure } from "../lib/contract/failure.ts";
import { maxRecordBytes } from "../lib/contract/log-names.ts";
import type { Requester } from "../lib/contract/names.ts";
import { plain } from "../lib/contract/plain.ts";
import { instant, messageLength } from "../lib/contract/values.ts";
import type { BuildOrigin } from "./build-order.ts";

export interface Speaker {
  readonly builder: Requester;
  readonly simulated: boolean;
  readonly now: () => number;
}

/** What a record says beyond who speaks of which request. */
export type Said = Pick<BuildEvent, "status" | "message"> & Partial<BuildEvent>;

type Code = BuildEvent["error"];

/** What is known of a failure. */
export const because = ({ code, message }: Failure): Pick<BuildEvent, "error" | "message"> => ({
  error: code as NonNullable<Code>,
  message,
});

/** Beside the body there are the subject, the message id and a signature. */
const mostBytes = maxRecordBytes - 8 * 1024;

const slimmer: readonly ((host: BuiltHost) => BuiltHost)[] = [
  ({ message: _, ...host }) => host,
  ({ message: _, closure: __, ...host }) => host,
];

/** @internal What stands in the hosts' own records is left out of the last one where it would be too large. */
export const fitting = (event: BuildEvent): BuildEvent => {
  const { results } = event;
  if (results === undefined) return event;
  const all = [event, ...slimmer.map((slim) => ({ ...event, results: results.map(slim) }))];
  return all.find((one) => Buffer.byteLength(JSON.stringify(one)) <= mostBytes) ?? { ...event, results: [] };
};

export const recordOf = (
  { builder, simulated, now }: Speaker,
  { repo, target, id, seq, requester, proof, revision }: BuildOrigin,
  said: Said,
): BuildEvent =>
  fitting({
    ...{ builder, repo, target, error: null, id, request_seq: seq, requester, proof, phase: null },
    ...(revision === undefined ? {} : { revision }),
    ...(simulated ? { simulated } : {}),
    at: instant(now()),
    ...said,
    message: plain(said.message, messageLength),
  });
