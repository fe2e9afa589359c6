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

/** The one deployment that may be under way, and the one before it. */
const place = () => {
  let [open, last]: [JobOrder | undefined, JobOrder | undefined] = [undefined, undefined];
  let isActivating = false;
  return {
    open: () => open,
    activating: () => (isActivating ? open : undefined),
    put: (order: JobOrder | undefined): void => {
      [open, isActivating] = [order, false];
    },
    /** The one before, for a moment. False: one is under way, or that was another. */
    reopen: (requestSeq: number | undefined): boolean => {
      if (open !== undefined || last === undefined || last.request_seq !== requestSeq) return false;
      open = last;
      return true;
    },
    end: (): void => {
      [last, open] = [open ?? last, undefined];
    },
    activate: (): void => {
      isActivating = true;
    },
  };
};

type Place = ReturnType<typeof place>;

interface Now extends Pick<Reading, "lasts" | "binds"> {
  readonly taken: Map<RequestId, number>;
}

/** What may become of a request that is taken. Without a `begin` it is only answered. */
const admission = ({ put }: Place, { lasts, binds, taken }: Now, order: JobOrder, answer: DeployEvent) => {
  if (!binds) return { answer };
  put(order);
  return {
    answer,
    begin: async (): Promise<void> => {
      taken.set(order.id, order.request_seq);
      if (!lasts) put(undefined);
    },
    abandon: async (): Promise<void> => put(undefined),
  };
};

/** `dir`: where it is decided whether a request is activated or cancelled. */
export const rehearsedWork = (played: PlayedHost, dir: string): RehearsedWork => {
  const here = place();
  let now: Now = { lasts: false, binds: false, taken: new Map() };
  const isOpen = (requestSeq: number): boolean => here.open()?.request_seq === requestSeq;

  return {
    running: here.open,
    takenAs: async (id) => now.taken.get(id),
    reserve: (order, accepted) => {
      const other = here.open();
      return other === undefined ? right(admission(here, now, order, accepted)) : left(busy(other));
    },
    binds: () => now.binds,
    resume: () => undefined,
    settled: async () => undefined,
    during: async ({ lasts, binds, notEnded }, judge) => {
      now = { ...now, lasts, binds };
      // The host has taken another one, so this one had ended, whether that was told or not.
      if (lasts) here.end();
      // As the job does before it activates: from then on it cannot be cancelled.
      const activating = here.activating();
      if (activating !== undefined) await decide(dir, activating.id, { kind: "activate" });
      const isLent = here.reopen(notEnded);
      await judge();
      if (isLent) here.put(undefined);
    },
    underWay: (event) => {
      const order = orderOf(played, event);
      if (order === undefined) return;
      now.taken.set(order.id, order.request_seq);
      here.put(order);
    },
    activating: (requestSeq) => {
      if (isOpen(requestSeq)) here.activate();
    },
    ended: (requestSeq) => {
      if (isOpen(requestSeq)) here.end();
    },
  };
};
