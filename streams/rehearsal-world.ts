/**
 * What the record tells of one host, up to a place in it: what is under way there, what runs, what it is frozen by. It is what
 * a rehearsal is told, and what explains where a rehearsal cannot come to the recorded answer.
 */
import { isRight } from "fp-ts/lib/Either.js";
import type { Address } from "../lib/contract/address.ts";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import type { RequestId, StorePath } from "../lib/contract/values.ts";
import type { Fact } from "../lib/router/rehearsal.ts";
import type { RequestRecord, ResponseRecord } from "./records.ts";

export interface RecordedWorld {
  /** A deployment that was taken and has not ended. */
  readonly underWay: () => { readonly seq: number; readonly id: RequestId | undefined } | undefined;
  /** The request of the deployment that ended last, if its end stands behind this sequence. */
  readonly endedSince: (seq: number) => number | undefined;
  /** Something that this record tells of. */
  readonly isFrozen: (atMs: number) => boolean;
  /** Whether the record tells what runs. */
  readonly isKnown: () => boolean;
  /**
   * Goes on by a response, with its request if it is the first to it; what a rehearsal has to be told. `isPlayed`: the request
   * was put to the host now, so that what it said holds.
   */
  readonly take: (response: ResponseRecord, request: RequestRecord | undefined, isPlayed: boolean) => readonly Fact[];
}

/** What runs after the end of a deployment. `undefined`: it may be another system, and the record does not tell which. */
const runsAfter = (event: DeployEvent, before: StorePath | undefined): StorePath | undefined => {
  const { status, action = "switch", error, phase, closure, previous } = event;
  if (action === "dry-activate") return before;
  if (status === "completed") return action === "boot" ? undefined : closure;
  if (error === "units_failed") return action === "boot" ? undefined : closure;
  if (error === "rolled_back") return previous;
  return phase === "activate" || phase === "verify" || phase === "rollback" ? undefined : before;
};

/** By the record: of each address the end of its freeze. */
const freezes = () => {
  const held = new Map<Address, number>();
  return {
    take: ({ address, verb, body }: RequestRecord): void => {
      if (verb === "unfreeze") held.delete(address);
      if (verb !== "freeze" || !isRight(body) || body.right.route !== "freeze") return;
      const { until } = body.right.input;
      held.set(address, until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until));
    },
    isFrozen: (atMs: number): boolean => [...held.values()].some((untilMs) => atMs < untilMs),
  };
};

/** By the record: what is under way, and what runs. */
const deployments = () => {
  let underWay: ReturnType<RecordedWorld["underWay"]>;
  let runs: StorePath | undefined;
  let [ended, endedAt]: [number | undefined, number] = [undefined, 0];
  return {
    underWay: () => underWay,
    endedSince: (seq: number) => (endedAt > seq ? ended : undefined),
    isKnown: () => runs !== undefined,
    begun: (event: DeployEvent, requestSeq: number, isPlayed: boolean): readonly Fact[] => {
      const isNews = underWay?.seq !== requestSeq && !isPlayed;
      underWay = { seq: requestSeq, id: event.id };
      const facts: readonly Fact[] = isNews ? [{ kind: "under way", event }] : [];
      return event.phase === "activate" ? [...facts, { kind: "activating", requestSeq }] : facts;
    },
    ended: (event: DeployEvent, requestSeq: number, seq: number): readonly Fact[] => {
      if (underWay?.seq === requestSeq) [underWay, ended, endedAt] = [undefined, requestSeq, seq];
      // What was taken and then refused has done nothing.
      if (event.status !== "rejected") runs = runsAfter(event, runs);
      const fact: Fact = { kind: "runs", closure: runs };
      return [{ kind: "ended", requestSeq }, fact];
    },
  };
};

export const recordedWorld = (): RecordedWorld => {
  const [frozen, { begun, ended, ...told }] = [freezes(), deployments()];
  return {
    ...told,
    isFrozen: frozen.isFrozen,
    take: ({ seq, status, event }, request, isPlayed) => {
      const requestSeq = event.request_seq ?? 0;
      switch (status) {
        case "applied":
          if (request !== undefined) frozen.take(request);
          return [];
        case "rejected":
          return told.underWay()?.seq === requestSeq ? ended(event, requestSeq, seq) : [];
        case "completed":
        case "failed":
          return ended(event, requestSeq, seq);
        case "accepted":
        case "started":
          return begun(event, requestSeq, isPlayed);
      }
    },
  };
};
