/** `hd show` for people: the request, then each host's way through it, with the last lines of its output where it failed. */
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { Proof } from "../../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord } from "../../streams/records.ts";
import type { Shown } from "../../streams/show.ts";
import { wordOf } from "../follow/watched.ts";
import { age, clock, timestamp } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { type Paint, tone } from "../print/paint.ts";
import { simulatedNote } from "../print/simulated.ts";

const field = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`  ${name.padEnd(10)}  ${value}`];

const indent = (text: string, by: string): string =>
  text
    .split("\n")
    .map((line) => `${by}${line}`.trimEnd())
    .join("\n");

const moment = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : timestamp(Date.parse(instant));

const bodyText = ({ route, input }: RequestBody): readonly string[] => {
  switch (route) {
    case "deploy":
      return [
        ...field("action", input.action),
        ...field("revision", input.revision),
        ...field("reason", input.reason),
        ...field("expires", moment(input.expires_at)),
        ...field("if current", input.if_current),
      ];
    case "cancel":
      return [
        ...field("request", input.request),
        ...field("reason", input.reason),
        ...field("expires", moment(input.expires_at)),
      ];
    case "freeze":
      return [...field("reason", input.reason), ...field("until", moment(input.until))];
    case "unfreeze":
      return field("reason", input.reason);
  }
};

const requestText = ({ id, seq, atMs, requester, address, verb, body }: RequestRecord, paint: Paint, nowMs: number) => [
  paint.bold(`request ${id}`),
  ...field("target", `${shortAddress(address)} (${address})`),
  ...field("requester", requester),
  ...field("sent", `${timestamp(atMs)} (${age(atMs, nowMs)}), at ${seq} in the log`),
  ...field("asks for", verb),
  ...(isLeft(body) ? field("unreadable", body.left) : bodyText(body.right)),
  "",
];

const stepText = ({ atMs, event, ...record }: ResponseRecord, paint: Paint): string => {
  const word = wordOf({ atMs, event, ...record });
  const [first = "", ...more] = event.message.split("\n");
  const line = `  ${clock(atMs)}  ${tone(paint, word)(word.padEnd(9))}  ${first}`.trimEnd();
  return more.length === 0 ? line : `${line}\n${indent(more.join("\n"), " ".repeat(24))}`;
};

const proofText: Readonly<Record<Proof, string>> = {
  signed: "signed: the host says that it verified the requester's signature",
  named: "named: NATS let the requester use this name; the host verified no signature",
  unnamed: "unnamed: nobody vouches for who asked",
};

const hostText = (host: HostName, records: readonly ResponseRecord[], paint: Paint): readonly string[] => {
  const last = records.at(-1);
  const newest = <K extends keyof ResponseRecord["event"]>(key: K) =>
    records.map(({ event }) => event[key]).findLast((value) => value !== undefined && value !== null);
  const elapsedMs = newest("elapsed_ms");
  const tail = newest("log_tail") ?? [];
  const proof = newest("proof");
  const word = last === undefined ? "" : wordOf(last);
  const error = last?.event.error ?? undefined;
  const head = [
    `${last?.tier ?? ""}/${host}: ${tone(paint, word)(word)}`,
    ...(error === undefined ? [] : [error]),
  ].join(": ");
  return [
    paint.bold(elapsedMs === undefined ? head : `${head} (${duration(elapsedMs)})`),
    ...records.map((record) => stepText(record, paint)),
    ...field("proof", proof === undefined ? undefined : proofText[proof]),
    ...field("commit", newest("commit")),
    ...field("closure", newest("closure")),
    ...field("previous", newest("previous")),
    ...field("generation", newest("generation")?.toString()),
    ...(tail.length === 0 ? [] : [`  last ${tail.length} lines of its output:`, indent(tail.join("\n"), "  | ")]),
    "",
  ];
};

export const showText = ({ request, responses }: Shown, paint: Paint, nowMs: number): string => {
  const byHost = new Map<HostName, ResponseRecord[]>();
  for (const record of responses) byHost.set(record.host, [...(byHost.get(record.host) ?? []), record]);
  const simulated = responses.some(({ event }) => event.simulated === true);
  return [
    ...requestText(request, paint, nowMs),
    ...(byHost.size === 0 ? ["no host has answered yet", ""] : []),
    ...[...byHost].flatMap(([host, records]) => hostText(host, records, paint)),
    ...(simulated ? [paint.yellow(simulatedNote), ""] : []),
  ].join("\n");
};
