/**
 * What waited for a host is gathered before any of it is served: control requests first, in their order, then deployments
 * from the newest to the oldest, so that the newest that is valid runs and none that is older runs after it. What comes when
 * nothing waits is served at once.
 */
import { parseRequestSubject } from "../contract/address.ts";
import { read } from "../contract/codec.ts";
import { RequestId } from "../contract/values.ts";
import { implicitId } from "./implicit-id.ts";
import type { Delivery } from "./ports.ts";
import type { Serve } from "./serve.ts";

export interface Backlog {
  readonly take: (delivery: Delivery) => void;
  /** A request with this id is here and has not been answered. */
  readonly waits: (id: RequestId) => boolean;
  /** Gives back what is held, and all that comes later. */
  readonly stop: () => void;
}

export interface BacklogOptions {
  readonly serve: Serve;
  /** Is given every task that is not waited for. */
  readonly track: (task: Promise<void>) => void;
  /** Taken by an earlier listener of this host. */
  readonly newest?: Newest | undefined;
  readonly mostHeld?: number;
  /** How long it waits for a further one that does not come: one that was settled elsewhere, or one that comes again. */
  readonly quietMs?: number;
}

/** Above the time in which the log hands over what is due again, far below the one in which somebody looks at the clock. */
const defaultQuietMs = 250;

/** As many as a host is handed at once. */
const defaultMostHeld = 64;

/** For how long a deployment goes back to the log that a newer one may take the place of. */
const backMs = 1_000;

const isControl = ({ subject }: Delivery): boolean => {
  const verb = parseRequestSubject(subject)?.verb;
  return verb !== undefined && verb !== "override";
};

const idOf = ({ body, seq, atMs }: Delivery): RequestId => {
  try {
    const fields: unknown = JSON.parse(body);
    const given = typeof fields === "object" && fields !== null && "id" in fields ? fields.id : undefined;
    return read(RequestId, given) ?? implicitId(seq, atMs);
  } catch {
    return implicitId(seq, atMs);
  }
};

/** The newest deployment that this host took. */
export interface Newest {
  readonly id: RequestId;
  readonly seq: number;
  readonly atMs: number;
}

/** In a log that was made anew sequences begin again; what it stored later is newer all the same. */
const isOlder = (one: Delivery, newest: Newest | undefined): boolean =>
  newest !== undefined && one.seq < newest.seq && one.atMs <= newest.atMs;

const inOrder = (a: Delivery, b: Delivery): number => a.seq - b.seq;

/**
 * Serves one when every control request before it was served, because a freeze holds from its place in the log on; and
 * remembers which deployment was the newest that was taken.
 */
const serving = ({ serve, newest: before }: BacklogOptions, waiting: Map<number, Delivery>) => {
  let newest = before;
  let controls = Promise.resolve();
  const serveOne = async (one: Delivery): Promise<void> => {
    const { seq, atMs } = one;
    const outcome = await serve(one, isOlder(one, newest) ? newest?.id : undefined);
    if (outcome.kind !== "open") waiting.delete(seq);
    if (outcome.kind === "taken" && !isOlder(one, newest)) newest = { id: outcome.id, seq, atMs };
  };
  return (one: Delivery): Promise<void> => {
    const served = controls.then(() => serveOne(one));
    if (isControl(one)) controls = served;
    return served;
  };
};

/** Those that a newer one may take the place of go back once, so that it can come. */
const split = (batch: readonly Delivery[], isCut: boolean) => {
  const deployments = batch.filter((one) => !isControl(one)).sort(inOrder);
  const goesBack = ({ attempt }: Delivery): boolean => isCut && attempt === 1;
  return {
    controls: batch.filter(isControl).sort(inOrder),
    deployments: deployments.filter((one) => !goesBack(one)).reverse(),
    back: deployments.filter(goesBack),
  };
};

type Flush = (batch: readonly Delivery[], isCut: boolean) => void;

/** Holds what waits until the last has come, until there is no room for more, or until nothing more comes. */
const gathering = ({ mostHeld = defaultMostHeld, quietMs = defaultQuietMs }: BacklogOptions, flush: Flush) => {
  let held: Delivery[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = (): readonly Delivery[] => {
    clearTimeout(timer);
    return held.splice(0);
  };
  return {
    isEmpty: () => held.length === 0,
    release,
    hold: (one: Delivery): void => {
      clearTimeout(timer);
      held = [...held.filter(({ seq }) => seq !== one.seq), one];
      const isLast = one.pending === 0 && one.attempt === 1;
      if (isLast || held.length >= mostHeld) flush(release(), one.pending > 0);
      else timer = setTimeout(() => flush(release(), false), quietMs);
    },
  };
};

export const backlog = (options: BacklogOptions): Backlog => {
  const { track } = options;
  const waiting = new Map<number, Delivery>();
  const serveOne = serving(options, waiting);
  // None of them was served, so nobody has to ask whether it was answered.
  const sentBack = new Set<number>();
  const serveAll = async (batch: readonly Delivery[], isCut: boolean): Promise<void> => {
    const { controls, deployments, back } = split(batch, isCut);
    for (const one of back) {
      sentBack.add(one.seq);
      one.later(backMs);
    }
    // Each has its place in the line at once: what comes meanwhile stands behind all of them.
    await Promise.all(controls.map(serveOne));
    for (const one of deployments) await serveOne(sentBack.delete(one.seq) ? { ...one, attempt: 1 } : one);
  };
  const { isEmpty, hold, release } = gathering(options, (batch, isCut) => track(serveAll(batch, isCut)));
  let isStopped = false;

  return {
    take: (one) => {
      if (isStopped) return one.later(1);
      waiting.set(one.seq, one);
      if (isEmpty() && one.pending === 0 && one.attempt === 1) track(serveOne(one));
      else hold(one);
    },
    waits: (id) => [...waiting.values()].some((one) => !isControl(one) && idOf(one) === id),
    stop: () => {
      isStopped = true;
      for (const one of release()) one.later(1);
    },
  };
};
