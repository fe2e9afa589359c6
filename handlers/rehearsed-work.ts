/**
 * The deployments of a host that is rehearsed: each is taken, none is run. One that the record has taken too is under way until
 * the record tells its end; any other ends at once, because nobody can tell how long it would have taken.
 */
import { isRight, left, right } from "fp-ts/lib/Either.js";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import type { RequestId } from "../lib/contract/values.ts";
import { decide } from "../lib/host/decision.ts";
import { busy, type Deployments } from "../lib/host/deployments.ts";
import { JobOrder } from "../lib/host/job-order.ts";
import type { PlayedHost, Reading } from "../lib/router/rehearsal.ts";

export interface RehearsedWork extends Deployments {
  /** Whether what is asked now holds for what comes. */
  readonly binds: () => boolean;
  /** Around the judgement of a request: what the record says of that moment. Rejects when the disk refuses. */
  readonly during: (reading: Omit<Reading, "atMs">, judge: () => Promise<void>) => Promise<void>;
  readonly underWay: (event: DeployEvent) => void;
  readonly activating: (requestSeq: number) => void;
  readonly ended: (requestSeq: number) => void;
}

/** An order of which only a response tells. `undefined`: it does not say enough. */
const orderOf = ({ host, addresses: [address] }: PlayedHost, event: DeployEvent): JobOrder | undefined => {
  const { id, request_seq, requester, action = "switch", revision = "unknown", at } = event;
  const settings = { flake_url: "unknown", engine: "simulated", timeout_ms: 0 };
  const asked = { id, request_seq, requester, address, action, revision, accepted_at: at };
  const order = JobOrder.lenient({ journal: 1, ...host, ...asked, ...settings });
  return isRight(order) ? order.right : undefined;
};

/** `dir`: where it is decided whether a request is activated or cancelled. */
export const rehearsedWork = (played: PlayedHost, dir: string): RehearsedWork => {
  const taken = new Map<RequestId, number>();
  let [open, last]: [JobOrder | undefined, JobOrder | undefined] = [undefined, undefined];
  let [lasts, binds, isActivating] = [false, false, false];

  const take = (order: JobOrder): void => {
    taken.set(order.id, order.request_seq);
    [open, isActivating] = [order, false];
  };
  const end = (): void => {
    [last, open] = [open ?? last, undefined];
  };

  return {
    running: () => open,
    takenAs: async (id) => taken.get(id),
    reserve: (order, accepted) => {
      if (open !== undefined) return left(busy(open));
      // Without a begin it is only answered.
      if (!binds) return right({ answer: accepted });
      open = order;
      const abandon = async (): Promise<void> => {
        open = undefined;
      };
      const begin = async (): Promise<void> => {
        take(order);
        if (!lasts) open = undefined;
      };
      return right({ answer: accepted, begin, abandon });
    },
    binds: () => binds,
    resume: () => undefined,
    settled: async () => undefined,
    during: async (reading, judge) => {
      // The host has taken another one, so this one had ended, whether that was told or not.
      if (reading.lasts) end();
      const reopened = reading.beforeEnd && open === undefined ? last : undefined;
      open ??= reopened;
      [lasts, binds] = [reading.lasts, reading.binds];
      // As the job does before it activates: from then on it cannot be cancelled.
      if (isActivating && open !== undefined) await decide(dir, open.id, { kind: "activate" });
      await judge();
      if (open === reopened) open = undefined;
    },
    underWay: (event) => {
      const order = orderOf(played, event);
      if (order !== undefined) take(order);
    },
    activating: (requestSeq) => {
      if (open?.request_seq === requestSeq) isActivating = true;
    },
    ended: (requestSeq) => {
      if (open?.request_seq === requestSeq) end();
    },
  };
};
