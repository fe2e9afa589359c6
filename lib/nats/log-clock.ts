/**
 * The clock of the log, as the server tells it: asked when there is a connection, again after each that was lost, and every
 * few minutes. In between it is carried on by the time that this process has run, so that nobody who sets the clock of this
 * machine makes a request expire, or a freeze end.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { LogClock } from "../router/ports.ts";
import type { Link } from "./link.ts";
import { whoAmI } from "./who-am-i.ts";

/** A machine that slept is behind until then, if it kept its connection. */
const everyMs = 3 * 60_000;

/** How far the clock of a machine may be off before anyone is told. */
const toldMs = 2 * 60_000;

type Notice = (sentence: string) => void;

const minutes = (ms: number): string => {
  const count = Math.max(1, Math.round(Math.abs(ms) / 60_000));
  return `${count} minute${count === 1 ? "" : "s"}`;
};

/** Told once for each time that the difference changes. */
const differenceTold = (notice: Notice) => {
  let lastMs = 0;
  return (behindMs: number): void => {
    if (Math.abs(behindMs - lastMs) <= toldMs) return;
    lastMs = behindMs;
    notice(
      Math.abs(behindMs) <= toldMs
        ? "The clock of this machine agrees with that of the log again."
        : `The clock of this machine is ${minutes(behindMs)} ${behindMs > 0 ? "behind" : "ahead of"} that of the log. Expiry and freezes go by the log's, the times in records and of signatures by this one: set it right.`,
    );
  };
};

export const logClockOf = (link: Link, notice: Notice): LogClock => {
  let startMs: number | undefined;
  const tell = differenceTold(notice);

  const ask = async (): Promise<void> => {
    const beforeMs = performance.now();
    const identified = await whoAmI(link)();
    const middleMs = (beforeMs + performance.now()) / 2;
    const clocks = isLeft(identified) ? undefined : identified.right?.clocks;
    if (clocks === undefined) return;
    startMs = clocks.serverMs - middleMs;
    tell(clocks.serverMs - clocks.hereMs);
  };
  const goOn = async (first: Promise<void>): Promise<void> => {
    await first;
    while (!link.nc.isClosed()) {
      await link.change(everyMs);
      if (link.isUp() && !link.nc.isClosed()) await ask();
    }
  };

  const first = ask();
  void goOn(first);
  return {
    now: () => (startMs === undefined ? Date.now() : startMs + performance.now()),
    asked: first,
  };
};
