/** `hd show` for people: the request, then each host's way through it, with the last lines of its output where it failed. */
import type { HostName } from "../../lib/contract/names.ts";
import type { Proof } from "../../lib/contract/values.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import type { ReplayChain } from "../../streams/replay-chain.ts";
import type { Shown } from "../../streams/show.ts";
import { explained } from "../follow/explained.ts";
import { tailText } from "../follow/tail-text.ts";
import { wordOf } from "../follow/watched.ts";
import { clock } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { indent } from "../print/indent.ts";
import { names } from "../print/names.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";
import { field } from "./field.ts";
import { requestText } from "./request-text.ts";

const stepText = (record: ResponseRecord, paint: Paint): string => {
  const word = wordOf(record);
  const [first = "", ...more] = record.event.message.split("\n");
  const line = `  ${clock(record.atMs)}  ${tone(paint, word)(word.padEnd(9))}  ${first}`.trimEnd();
  return more.length === 0 ? line : `${line}\n${indent(more.join("\n"), " ".repeat(24))}`;
};

const proofText: Readonly<Record<Proof, string>> = {
  signed: "signed: the host says that it verified the requester's signature",
  named: "named: NATS let the requester use this name; the host verified no signature",
  unnamed: "unnamed: nobody vouches for who asked",
};

type Event = ResponseRecord["event"];

/** The newest that the host said of something. */
const newestOf =
  (records: readonly ResponseRecord[]) =>
  <K extends keyof Event>(key: K) =>
    records.map(({ event }) => event[key]).findLast((value) => value !== undefined && value !== null);

type Newest = ReturnType<typeof newestOf>;

const optionally = <A>(value: A | undefined | null, text: (value: A) => string): string | undefined =>
  value === undefined || value === null ? undefined : text(value);

const list = (items: readonly string[] | undefined): string | undefined =>
  items === undefined || items.length === 0 ? undefined : names(items);

const previousName: Readonly<Record<string, string>> = { rolled_back: "runs", rollback_failed: "wanted" };

/** What the host said of itself, where each newest word counts. */
const facts = (newest: Newest, error: string | undefined): readonly string[] => [
  ...field(
    "proof",
    optionally(newest("proof"), (proof) => proofText[proof]),
  ),
  ...field("override", newest("override") === true ? "in spite of a freeze" : undefined),
  ...field("commit", newest("commit")),
  ...field("closure", newest("closure")),
  ...field(previousName[error ?? ""] ?? "previous", newest("previous")),
  ...field("generation", newest("generation")?.toString()),
  ...field("cause", optionally(newest("cause"), explained)),
  ...field(
    "cancelled",
    optionally(newest("cancelled_by"), (by) => `by ${by}`),
  ),
  ...field(
    "failed",
    optionally(list(newest("failed_units")), (units) => `units ${units}`),
  ),
  ...field(
    "reboot",
    optionally(list(newest("reboot_needed")), (parts) => `needed for what is new in ${parts}`),
  ),
  ...tailText(newest("log_tail") ?? []),
];

const hostText = (host: HostName, records: readonly ResponseRecord[], paint: Paint): readonly string[] => {
  const last = records.at(-1);
  const newest = newestOf(records);
  const elapsedMs = newest("elapsed_ms");
  const word = last === undefined ? "" : wordOf(last);
  const error = last?.event.error ?? undefined;
  const shown = error === "rollback_failed" ? tone(paint, error)(error) : error;
  const head = [
    `${last?.tier ?? ""}/${host}: ${tone(paint, word)(word)}`,
    ...(shown === undefined ? [] : [shown]),
  ].join(": ");
  return [
    paint.bold(elapsedMs === undefined ? head : `${head} (${duration(elapsedMs)})`),
    ...records.map((record) => stepText(record, paint)),
    ...facts(newest, error),
    "",
  ];
};

export interface Told extends Shown {
  readonly chain: ReplayChain;
}

export const showText = ({ request, responses, cancels, chain }: Told, paint: Paint, nowMs: number): string => {
  const byHost = new Map<HostName, ResponseRecord[]>();
  for (const record of responses) byHost.set(record.host, [...(byHost.get(record.host) ?? []), record]);
  const simulated = responses.some(({ event }) => event.simulated === true);
  return [
    ...requestText(request, { paint, nowMs, cancels, chain }),
    ...(byHost.size === 0 ? ["no host has answered yet", ""] : []),
    ...[...byHost].flatMap(([host, records]) => hostText(host, records, paint)),
    ...(simulated ? [paint.yellow(simulatedNote), ""] : []),
  ].join("\n");
};
