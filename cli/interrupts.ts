/**
 * Ctrl-C and SIGTERM while a command waits: the first asks it to stop waiting, the second ends the process at once. As long
 * as nobody waits, the signals are left alone: the listener has its own way to end.
 */
import type { CliEnv } from "./env.ts";
import { exits } from "./exits.ts";

export interface Interrupts {
  readonly onInterrupt: CliEnv["onInterrupt"];
  /** As if a signal had come. False: nobody waits. */
  readonly interrupt: () => boolean;
}

const signals = ["SIGINT", "SIGTERM"] as const;

type Process = Pick<NodeJS.Process, "on" | "off" | "exit">;

export const interrupts = (process: Process): Interrupts => {
  const waiting = new Map<() => void, boolean>();
  let told = false;
  const interrupt = (): boolean => {
    const isPatient = [...waiting.values()].includes(true);
    if (told && !isPatient) process.exit(exits.interrupted);
    told = waiting.size > 0;
    for (const callback of waiting.keys()) callback();
    return told;
  };
  const onInterrupt: CliEnv["onInterrupt"] = (callback, { patient = false } = {}) => {
    waiting.set(callback, patient);
    for (const signal of signals) process.on(signal, interrupt);
    return () => {
      waiting.delete(callback);
      // What is told after an interrupt is short; a second one may still cut it off.
      if (!told) for (const signal of signals) process.off(signal, interrupt);
    };
  };
  return { onInterrupt, interrupt };
};
