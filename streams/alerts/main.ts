/** Composes the alerter: names the adapters, and ends on SIGTERM or SIGINT. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { AlerterOptions } from "../../lib/contract/alerter-options.ts";
import { type Failure, failures } from "../../lib/contract/failure.ts";
import { connectAlerter } from "../../lib/nats/alerter-bus.ts";

const endSignal = (): Promise<undefined> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(undefined));
  });

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

const end = ({ code, message }: Failure): number => {
  say(message);
  return failures[code].exit;
};

/** Resolves to an exit code. */
export const runAlerter = async ({
  rules: _,
  metrics: __,
  debug: ___,
  version: ____,
  ...options
}: AlerterOptions): Promise<number> => {
  const bus = await connectAlerter({ ...options, notice: say })();
  if (isLeft(bus)) return end(bus.left);
  const failed = await Promise.race([endSignal(), bus.right.closed]);
  await bus.right.close();
  return failed === undefined ? 0 : end(failed);
};
