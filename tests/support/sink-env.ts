/** What sinks need, for real but for the counter, which is kept. */
import type { Alert } from "../../lib/contract/alert.ts";
import { alertCommand } from "../../lib/nix/foreign-command.ts";
import type { SinkEnv } from "../../lib/sinks/sink-env.ts";

export const sinkEnv = (changes: Partial<SinkEnv> = {}): SinkEnv & { readonly counts: readonly Alert[] } => {
  const counts: Alert[] = [];
  return {
    counts,
    ...{ env: {}, now: Date.now, recovers: () => true, runCommand: alertCommand(process.env) },
    meter: { counted: (alert) => void counts.push(alert) },
    ...changes,
  };
};
