/**
 * The tour: the real commands, one after the other, each shown as it would be typed. At the end the log is asked how every
 * deployment ended, because an exit code alone proves nothing.
 */
import type { CliEnv } from "../env.ts";
import { paintFor } from "../print/paint.ts";
import { type Expected, expected, type Stop, stops } from "./stops.ts";

export type RunHd = (words: readonly string[], cli: CliEnv) => Promise<number>;

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`);

/** What differs from what the stop should come to; `undefined`: nothing. */
const visit = async (runHd: RunHd, cli: CliEnv, { title, words, exit }: Stop): Promise<string | undefined> => {
  const paint = paintFor(cli.stderr, cli.env);
  const typed = `hd ${words.map(quoted).join(" ")}`;
  cli.stderr.write(`\n${paint.dim(`# ${title}`)}\n${paint.bold(`$ ${typed}`)}\n`);
  const code = await runHd(words, cli);
  return code === exit ? undefined : `\`${typed}\` ended with ${code} instead of ${exit}`;
};

interface Row {
  readonly host?: unknown;
  readonly status?: unknown;
  readonly error?: unknown;
  readonly proof?: unknown;
}

/** What the log says of every deployment, oldest first. */
const recorded = async (runHd: RunHd, cli: CliEnv): Promise<readonly Row[]> => {
  const lines: string[] = [];
  const stdout = { ...cli.stdout, write: (text: string) => void lines.push(text) };
  await runHd(["history", "-n", "100", "-o", "ndjson"], { ...cli, stdout });
  const rows: readonly (Row & { readonly type?: unknown })[] = lines
    .join("")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => JSON.parse(text));
  return rows.filter(({ host }) => typeof host === "string").reverse();
};

const story = ({ host, status, error, proof }: Row): string =>
  `${host} ${status}${error === null || error === undefined ? "" : ` (${error})`}, ${proof}`;

const sorted = (rows: readonly Row[]): string => rows.map(story).sort().join(", ");

/** Every way in which the log differs from what the tour should have come to. */
const misreported = (rows: readonly Row[], wanted: readonly Expected[]): readonly string[] =>
  sorted(rows) === sorted(wanted) ? [] : [`the log holds ${sorted(rows)} instead of ${sorted(wanted)}`];

/** What did not end as it should, each as a clause; empty when all did. Stops at an interrupt. */
export const tour = async (runHd: RunHd, cli: CliEnv, interrupted: () => boolean): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const stop of stops) {
    if (interrupted()) return wrong;
    const differs = await visit(runHd, cli, stop);
    if (interrupted()) return wrong;
    if (differs !== undefined) wrong.push(differs);
  }
  return interrupted() ? wrong : [...wrong, ...misreported(await recorded(runHd, cli), expected)];
};
