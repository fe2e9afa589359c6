/** The listener of a host as a process of its own, with what it says for the machine's journal. */
import { type Environment, type Exit, type Spawned, spawned } from "./spawned.ts";

export interface ListenerProcess extends Spawned {
  /** Resolves when it takes work. */
  readonly listening: () => Promise<void>;
  /** SIGKILL to it alone, as the kernel would when memory is short. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and how it ended. */
  readonly terminate: () => Promise<Exit>;
}

export const listenerProcess = (argv: readonly [string, ...string[]], env: Environment = {}): ListenerProcess => {
  const [file, ...words] = argv;
  const process = spawned([file], words, env);
  return {
    ...process,
    listening: async () => void (await process.heard('"msg":"listening"')),
    kill: async () => {
      process.signal("SIGKILL");
      await process.exited;
    },
    terminate: async () => {
      process.signal("SIGTERM");
      return process.exited;
    },
  };
};
