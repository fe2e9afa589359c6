/** How a listener announces its host: what it tells, where it takes that from, and what makes it tell it. */
import { type Either, getOrElse, isRight } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { Frozen } from "../lib/contract/presence.ts";
import { type Announcer, announcer } from "../lib/host/announcer.ts";
import type { Freeze } from "../lib/host/freezes.ts";
import { presenceOf } from "../lib/host/presence.ts";
import { stateDir } from "../lib/host/state-dir.ts";
import type { Announcing, Logger, LogWriter, Work } from "../lib/router/ports.ts";
import type { Parts } from "./envs.ts";

const after = (delayMs: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

interface Announced extends Pick<Parts, "options" | "expansion" | "engine"> {
  /** Given later: they write to the log that is listened to here. */
  readonly deployments: () => Pick<Parts["deployments"], "running">;
  readonly freezes: () => Pick<Parts["freezes"], "inForce">;
  readonly bootedAtMs: () => Promise<number | undefined>;
}

const frozenBy = ({ address, by, reason = "", until }: Freeze): Frozen => ({
  address,
  by,
  reason: reason as Frozen["reason"],
  ...(until === undefined ? {} : { until }),
});

const announcerOf = (parts: Announced, announcing: Announcing, logger: Logger): Announcer => {
  const { options, expansion, engine } = parts;
  const describe = presenceOf({
    ...{ host: options.host, addresses: expansion.addresses, version: options.version, engine },
    dir: stateDir(options.stateDir),
    running: () => parts.deployments().running(),
    // Freezes that cannot be read refuse every deployment, and say so there.
    frozen: () => getOrElse((): readonly Freeze[] => [])(parts.freezes().inForce()).map(frozenBy),
    bootedAtMs: parts.bootedAtMs,
    now: Date.now,
  });
  const made = announcer({ describe, announcing, logger, intervalMs: options.presenceMs, after });
  announcing.onReturn(made.changed);
  return made;
};

interface Bus {
  readonly log: LogWriter;
  readonly work: Work;
  readonly announcing: Announcing;
  readonly close: () => Promise<void>;
}

const told = <A>(answer: Either<Failure, A>, then: () => void): Either<Failure, A> => {
  if (isRight(answer)) then();
  return answer;
};

/**
 * The same bus, whose use is announced: that work is taken, every record that the log has taken (whatever changes on a host
 * is recorded), and that no more work is taken.
 */
export const announced = <B extends Bus>(parts: Announced, bus: B, logger: Logger): B => {
  const { changed, end } = announcerOf(parts, bus.announcing, logger);
  const { log, work } = bus;
  return {
    ...bus,
    log: {
      ...log,
      append: (entry, timeoutMs) => async () => told(await log.append(entry, timeoutMs)(), changed),
    },
    work: {
      start: (onDelivery) => async () => told(await work.start(onDelivery)(), changed),
      stop: () => {
        void end();
        return work.stop();
      },
    },
    close: async () => {
      await end();
      await bus.close();
    },
  };
};
