/** Ends a connection: what was published is sent out first, but a server that does not answer is not waited for. */
import type { Link } from "./link.ts";

const drainMs = 2_000;

const late = (timeoutMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, timeoutMs).unref();
  });

export const close = async ({ nc, isUp }: Link): Promise<void> => {
  if (nc.isClosed()) return;
  if (isUp()) await Promise.race([nc.drain().catch(() => undefined), late(drainMs)]);
  await nc.close();
};
