/** How many deployments may be asked for in any hour. Kept in memory: it bounds a loop that ran wild, and no attacker. */
import { clock } from "../print/age.ts";
import type { ToolContext } from "./tool.ts";

const hourMs = 3_600_000;

/** `perHour`: as many as there are when left out. What was spent stays spent, whatever became of it. */
const budget = (perHour: number | undefined, now: () => number): ToolContext["spend"] => {
  let spent: readonly number[] = [];
  return () => {
    if (perHour === undefined) return undefined;
    spent = spent.filter((atMs) => atMs > now() - hourMs);
    const [first] = spent;
    if (first === undefined || spent.length < perHour) {
      spent = [...spent, now()];
      return undefined;
    }
    return {
      code: "busy",
      message: `The budget of ${perHour} deployments an hour is used. There is room again at ${clock(first + hourMs)}.`,
      hint: "Wait until then, or let the person deploy.",
    };
  };
};

/** One for each token, or else a new session would be a new budget. `undefined`: whoever has none, on stdin. */
export const budgets = (perHour: number | undefined, now: () => number) => {
  const made = new Map<string | undefined, ToolContext["spend"]>();
  return (token: string | undefined): ToolContext["spend"] => {
    const spend = made.get(token) ?? budget(perHour, now);
    made.set(token, spend);
    return spend;
  };
};
