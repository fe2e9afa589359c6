/** Commands that change the machine and take root: mounts and network namespaces. Whoever makes one undoes it. */
import { execFileSync } from "node:child_process";

/** What it printed; throws with what it said when it fails. */
export const machine = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Why it cannot be done here: found out by doing it, once. */
export const once = (trial: () => void, cannot: string): (() => string | undefined) => {
  let answer: { readonly reason: string | undefined } | undefined;
  return () => {
    if (answer !== undefined) return answer.reason;
    try {
      trial();
      answer = { reason: undefined };
    } catch {
      answer = { reason: cannot };
    }
    return answer.reason;
  };
};
