/** Deployments of one host that fail, as a host tells them, put straight into the log or into the bare stream beside it. */
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { requestSubject, responseSubject } from "../../lib/contract/address.ts";
import { address, alice, bare, host } from "./names.ts";

/** Forty lines of a build, as a failed one has them. */
const tail = Array.from(
  { length: 40 },
  (_, n) => `error: attribute 'nginx' missing, at /nix/store/source/flake.nix:${n}`,
);

const bodyOf = (id: string, seq: number): string =>
  JSON.stringify({
    ...{
      hostname: host.hostname,
      status: "failed",
      error: "build_failed",
      message: "The configuration does not build.",
    },
    ...{ id, request_seq: seq, phase: "build", requester: alice, action: "switch", revision: "main" },
    ...{ commit: "a".repeat(40), elapsed_ms: 61_000, log_tail: tail },
  });

const subject = responseSubject(host.tier, host.hostname, "failed");
const asked = (id: string): string => JSON.stringify({ action: "switch", revision: "main", id });

export interface Failing {
  /** Resolves when the log has stored it: that is when whoever tells people can know. */
  readonly inLog: () => Promise<void>;
  readonly inBareStream: () => Promise<void>;
}

/** The request of each is stored before it, and not timed. */
export const failing = (nc: NatsConnection): Failing & { readonly prepare: () => Promise<void> } => {
  const js = jetstream(nc);
  let [count, seq] = [0, 1];
  return {
    prepare: async () => {
      count += 1;
      ({ seq } = await js.publish(requestSubject(alice, address), asked(`failing-${count}`)));
    },
    inLog: async () => void (await js.publish(subject, bodyOf(`failing-${count}`, seq))),
    inBareStream: async () => void (await js.publish(bare.failedSubject, bodyOf(`failing-${count}`, seq))),
  };
};
