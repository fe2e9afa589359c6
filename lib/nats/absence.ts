/**
 * Tells a log that is not there from one that is electing a leader: to who publishes or reads, both are silence. The
 * JetStream API is asked for the log instead, in a way the identity is allowed. Only what cannot pass by itself is a failure.
 */
import type { ServerInfo } from "nats";
import type { Failure } from "../contract/failure.ts";
import { jetStreamOff, missingLog, noLogApi, troubleOf } from "./failures.ts";
import type { Link } from "./link.ts";

/** The failure if the log is absent, given how long nobody has answered; `undefined` if it may come back. */
export type Absence = (silentMs: number) => Promise<Failure | undefined>;

/** A member of a cluster that has just started may not know yet what the others know. */
const clusterMs = 1_000;
/** Nobody serves the API at all. A server has JetStream before it takes clients, so one alone will not get it any more. */
const silenceMs = 1_000;

interface Verdict {
  readonly failure: Failure;
  /** Certain once nobody has answered for this long. */
  readonly afterMs: number;
}

const verdict = (thrown: unknown, server: ServerInfo | undefined): Verdict | undefined => {
  const { kind, failure } = troubleOf(thrown);
  const isCluster = server?.cluster !== undefined;
  if (kind === "unanswered") {
    return isCluster ? undefined : { failure: server?.jetstream ? noLogApi : jetStreamOff, afterMs: silenceMs };
  }
  if (failure !== missingLog && failure !== jetStreamOff) return undefined;
  return { failure, afterMs: isCluster ? clusterMs : 0 };
};

/** `probe` asks the API about the log; what it answers does not matter, only how it fails. */
export const absenceOf =
  (link: Link, probe: () => Promise<unknown>): Absence =>
  async (silentMs) => {
    try {
      await link.whileUp(probe());
      return undefined;
    } catch (thrown) {
      const found = verdict(thrown, link.nc.info);
      return found !== undefined && silentMs >= found.afterMs ? found.failure : undefined;
    }
  };
