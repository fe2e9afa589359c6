/**
 * Announces what this host is like: at once when something changed, but never more often than the gap allows, and every
 * so often by itself. Whoever tells it of a change never waits and hears of no failure: an announcement that fails is made
 * anew later, from what is true then.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { Failure } from "../contract/failure.ts";
import type { Presence } from "../contract/presence.ts";
import type { Announcing, Logger } from "../router/ports.ts";

export interface Announcer {
  /** Begins with the first. */
  readonly changed: () => void;
  /** Says good-bye, if anything was said. Resolves when that is said, or failed; nothing is said after it. */
  readonly end: () => Promise<void>;
}

export interface AnnouncerOptions {
  /** What this host is like now. */
  readonly describe: () => Promise<Presence>;
  readonly announcing: Pick<Announcing, "put">;
  readonly logger: Logger;
  /** How often when nothing changes; 0: nothing is announced at all. */
  readonly intervalMs: number;
  /** Calls back after a while; the result takes that back. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Changes that are closer together than this are announced together. */
const gapMs = 200;

const firstRetryMs = 1_000;

/** A lost connection is told by whoever holds it. Anything else is told once, until it works again. */
const complainer = (logger: Logger): ((failed: Failure | undefined) => void) => {
  const told = new Set<string>();
  return (failed) => {
    if (failed === undefined) return told.clear();
    const isNews = failed.code !== "unreachable" && !told.has(failed.message);
    told.add(failed.message);
    logger[isNews ? "warn" : "debug"]({ code: failed.code }, `not announced: ${failed.message}`);
  };
};

type Say = (more?: Partial<Presence>) => Promise<void>;

interface Speaker {
  /** Never rejects. */
  readonly say: Say;
  /** How long to wait until it is said again. */
  readonly waitMs: () => number;
}

const speaker = ({ describe, announcing, logger, intervalMs }: AnnouncerOptions): Speaker => {
  const complain = complainer(logger);
  let failures = 0;
  return {
    say: async (more = {}) => {
      try {
        const put = await announcing.put(JSON.stringify({ ...(await describe()), ...more }))();
        complain(isLeft(put) ? put.left : undefined);
        failures = isLeft(put) ? failures + 1 : 0;
      } catch (thrown) {
        failures += 1;
        logger.debug({ thrown: causeOf(thrown) }, "what this host is like cannot be described");
      }
    },
    waitMs: () => (failures === 0 ? intervalMs : Math.min(intervalMs, firstRetryMs * 2 ** (failures - 1))),
  };
};

/** A server that does not answer may not hold up who ends. */
const goodbyeMs = 1_000;

const orLate = (said: Promise<void>, after: AnnouncerOptions["after"]): Promise<void> => {
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = after(goodbyeMs, resolve);
  });
  return Promise.race([said, late]).finally(() => cancel());
};

export const announcer = (options: AnnouncerOptions): Announcer => {
  const { intervalMs, after } = options;
  const { say, waitMs } = speaker(options);
  let state: "silent" | "busy" | "waiting" | "ended" = "silent";
  let isDirty = false;
  let cancel = (): void => undefined;
  let saying: Promise<void> = Promise.resolve();

  const goodbye = (): Promise<void> => say({ stopped: true });
  const rest = (): void => {
    if (state === "ended") return;
    cancel = after(gapMs, () => {
      if (isDirty) return announce();
      state = "waiting";
      cancel = after(Math.max(0, waitMs() - gapMs), announce);
    });
  };

  const announce = (): void => {
    cancel();
    [state, isDirty] = ["busy", false];
    saying = say().then(rest);
  };

  return {
    changed: () => {
      if (intervalMs === 0 || state === "ended") return;
      isDirty = true;
      if (state !== "busy") announce();
    },
    end: () => {
      const isBegun = state === "busy" || state === "waiting";
      cancel();
      state = "ended";
      if (isBegun) saying = orLate(saying.then(goodbye), after);
      return saying;
    },
  };
};
