/** Counters of how deployments ended and how long they took, for one host and for the whole fleet. */
import { outcomeActions, outcomeCodes } from "../contract/outcome.ts";
import type { OutcomeMeter } from "../router/metering.ts";
import { combinations, type Labels } from "./registry.ts";

/** Each that can occur, and no other: see lib/contract/outcome.ts. */
export const endings: readonly Labels[] = Object.entries(outcomeCodes).flatMap(([status, error_code]) =>
  combinations({ status: [status], action: outcomeActions, error_code }),
);

export const durations: readonly Labels[] = combinations({ action: outcomeActions, success: ["true", "false"] });

interface Parts {
  readonly total: { readonly inc: (labels: Labels, times: number) => void };
  readonly duration: { readonly observe: (labels: Labels, seconds: number) => void };
}

export const repeat = (times: number, act: () => void): void => {
  for (let n = 0; n < times; n++) act();
};

export const endedAndTook = ({ total, duration }: Parts): Pick<OutcomeMeter, "ended" | "took"> => ({
  ended: ({ status, action, code }, times) => total.inc({ status, action, error_code: code }, times),
  took: ({ action, success }, ms, times) =>
    repeat(times, () => duration.observe({ action, success: String(success) }, ms / 1000)),
});
