/** The one message with which a command ends badly: lines for people, or one line of JSON. */
import { plain } from "../../lib/contract/plain.ts";
import type { CliEnv } from "../env.ts";
import { line } from "./json.ts";
import { paintFor } from "./paint.ts";

export interface Told {
  /** A code of the failure table, or `usage`. */
  readonly code: string;
  /** What is wrong; each stands alone. */
  readonly messages: readonly string[];
  /** What to do next. */
  readonly hint?: string;
}

/** Whether messages have to be JSON, read off words that may not parse. */
export const wantsJson = (words: readonly string[]): boolean =>
  words.some((word, n) => {
    const value =
      /^(?:-o=?|--output=)(.+)$/.exec(word)?.[1] ?? (/^(?:-o|--output)$/.test(word) ? words[n + 1] : undefined);
    return value === "json" || value === "ndjson";
  });

const longest = 8_000;

export const printError = ({ stderr, env }: Pick<CliEnv, "stderr" | "env">, json: boolean, told: Told): void => {
  const { code, hint } = told;
  // What a server or a file said may be in it.
  const messages = told.messages.map((message) => plain(message, longest));
  if (json) {
    stderr.write(line({ error: { code, message: messages.join("; ") } }));
    return;
  }
  const label = paintFor(stderr, env).red("error:");
  for (const message of messages) stderr.write(`${label} ${message}\n`);
  if (hint !== undefined) stderr.write(`${hint}\n`);
};
