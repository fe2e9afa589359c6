/** A message as plain text, for sinks that show text as it is. What does not fit is counted, never silently left out. */
import type { AlertMessage, HostLine, Outgoing } from "../router/alerting.ts";

/** Whoever is woken by an alert reads the first few. */
const [mostHosts, mostOutputs] = [10, 3];

const again =
  "This may have come before: an earlier try to send it did not end, so nobody knows whether it came through.";

const outputText = ({ output }: HostLine): readonly string[] =>
  output.length === 0
    ? []
    : [
        `last ${output.length === 1 ? "line" : `${output.length} lines`} of its output:`,
        ...output.map((line) => `  | ${line}`),
      ];

const othersText = (count: number): readonly string[] =>
  count === 0 ? [] : [`and ${count} more ${count === 1 ? "host" : "hosts"}`];

/** What stands below the title. */
export const linesOf = ({ hosts, others, lines, command }: AlertMessage): readonly string[] => [
  ...hosts.slice(0, mostHosts).flatMap((host, n) => [host.line, ...(n < mostOutputs ? outputText(host) : [])]),
  ...othersText(others + Math.max(0, hosts.length - mostHosts)),
  ...lines,
  `more: ${command}`,
];

/** What is so of this one try. `canTell`: the sink tells a repetition by itself. */
const notes = ({ message: { late }, perhapsAgain }: Outgoing, canTell: boolean): readonly string[] => [
  ...(perhapsAgain && !canTell ? [again] : []),
  ...(late === undefined ? [] : [late]),
];

export const textOf = (outgoing: Outgoing, { canTell }: { readonly canTell: boolean }): string =>
  [...notes(outgoing, canTell), ...linesOf(outgoing.message)].join("\n");

/** The longest beginning of at most so many bytes, cut between characters. */
export const cutBytes = (text: string, maxBytes: number): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  // A cut character becomes one that is not in the text.
  const head = new TextDecoder().decode(bytes.subarray(0, maxBytes - 3)).replace(/\ufffd$/, "");
  return `${head}…`;
};
