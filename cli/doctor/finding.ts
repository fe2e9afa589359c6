/** What one check came to. A check that cannot be made is skipped with its reason, and never passes by that. */
import type { Failure } from "../../lib/contract/failure.ts";

export interface Finding {
  /** What was checked, in one or two words. */
  readonly check: string;
  readonly mark: "ok" | "warn" | "fail" | "skipped";
  /** What was found, without a full stop. */
  readonly text: string;
  /** What to do: a sentence. One for each warning and failure, none otherwise. */
  readonly remedy?: string;
}

export const ok = (check: string, text: string): Finding => ({ check, mark: "ok", text });

export const warn = (check: string, text: string, remedy: string): Finding => ({ check, mark: "warn", text, remedy });

export const fail = (check: string, text: string, remedy: string): Finding => ({ check, mark: "fail", text, remedy });

export const skipped = (check: string, why: string): Finding => ({
  check,
  mark: "skipped",
  text: `not checked: ${why}`,
});

/** The last sentence of a failure is what to do next. */
export const failed = (check: string, { message }: Failure): Finding => {
  const sentences = message.trim().split(/(?<=[.!?]) (?=[A-Z`])/);
  const remedy = sentences.length > 1 ? (sentences.at(-1) ?? "") : "Look into it, and try again.";
  const told = sentences.length > 1 ? sentences.slice(0, -1).join(" ") : message;
  return fail(check, told.replace(/\.$/, ""), remedy);
};
