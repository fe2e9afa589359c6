/** What ends `hd up`: a signal, or nobody to see it. Its commands hear of it too, so that they stop watching. */
import type { CliEnv } from "../env.ts";

/** Resolves at the first signal; a second one changes nothing, because ending is on its way. */
export const untilStopped = (cli: CliEnv) => {
  const callbacks = new Set<() => void>();
  let stopped = false;
  const done = new Promise<void>((resolve) => {
    const stop = () => {
      stopped = true;
      for (const callback of callbacks) callback();
      resolve();
    };
    cli.onInterrupt(stop, { patient: true });
    process.on("SIGHUP", stop);
  });
  const onInterrupt: CliEnv["onInterrupt"] = (callback) => {
    callbacks.add(callback);
    return () => void callbacks.delete(callback);
  };
  return { done, stopped: () => stopped, cli: { ...cli, onInterrupt } };
};

export type Until = ReturnType<typeof untilStopped>;
