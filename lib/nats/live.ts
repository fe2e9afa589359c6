/**
 * Core messages, at most once. A publish while the link is down is lost, by contract. A subscription survives a reconnect;
 * one that the server denies brings nothing, which is told.
 */
import { errors, type Msg } from "nats";
import type { Live } from "../router/ports.ts";
import { troubleOf } from "./failures.ts";
import type { Link } from "./link.ts";

const longestWaitMs = 60_000;

/** Whether the server has answered after all that was sent to it before. */
const flushed = async ({ nc, isUp, whileUp }: Link): Promise<boolean> => {
  if (nc.isClosed()) throw new errors.ClosedConnectionError();
  return (
    isUp() &&
    whileUp(nc.flush()).then(
      () => true,
      () => false,
    )
  );
};

export const liveOf = (link: Link, notice: (sentence: string) => void): Live => ({
  publish: (subject, body) => {
    if (!link.nc.isClosed()) link.nc.publish(subject, body);
  },
  subscribe: async (subject, onMessage) => {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) onMessage({ subject: message.subject, body: message.string() });
      else notice(troubleOf(error).failure.message);
    };
    const subscription = link.nc.subscribe(subject, { callback });
    // The client repeats its subscriptions when it connects again.
    while (!(await flushed(link))) if (!link.isUp()) await link.change(longestWaitMs);
    return () => subscription.unsubscribe();
  },
});
