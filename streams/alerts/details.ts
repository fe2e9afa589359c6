/**
 * What an alert tells of the hosts that it is about, made of records of the log. Whatever those hold, the alert fits into a
 * record: words of hosts are cut first, and of too many hosts the later ones are told in an alert of their own.
 */
import { alertTailLines, type Detail, mostDetails, type Place, placeOf } from "../../lib/contract/alert.ts";
import { known } from "../../lib/contract/known.ts";
import { plain } from "../../lib/contract/plain.ts";
import { instant } from "../../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord } from "../records.ts";
import { aboutRequest } from "./about.ts";
import type { Draft } from "./fire.ts";

/** A record that an alert tells of. */
export interface Member {
  readonly record: ResponseRecord;
  readonly recovered: boolean;
}

/** So that their names alone fill no more than half of a record. */
export const mostHosts = 1_000;

/** Of a list in the order of the log, as many as one alert can tell of. What has recovered has to be in its details. */
export const portionOf = (all: readonly Member[]): readonly Member[] => {
  let recovered = 0;
  const end = all.findIndex((one, n) => {
    if (one.recovered) recovered += 1;
    return n >= mostHosts || recovered > mostDetails;
  });
  return end === -1 ? all : all.slice(0, end);
};

/** How many characters of a host's words are told, from generous to what fits in any case. */
const sizes = [
  { message: 2_000, line: 2_000 },
  { message: 1_000, line: 400 },
  { message: 300, line: 120 },
  { message: 100, line: 0 },
] as const;
type Size = (typeof sizes)[number];

/** An alert's body is at most 200 KiB; where it goes and who silenced it is added later. */
const mostBytes = 190 * 1024;

/** Hosts whose output is told. */
const mostTails = 5;

const tailOf = ({ event }: ResponseRecord, { line }: Size): Detail["log_tail"] =>
  line === 0 ? undefined : event.log_tail?.slice(-alertTailLines).map((one) => plain(one, line));

const detailOf = ({ record, recovered }: Member, size: Size, hasTail: boolean): Detail => {
  const { seq, atMs, tier, host, status, event } = record;
  const { cause, commit, elapsed_ms } = event;
  const [error, phase] = [event.error ?? undefined, event.phase ?? undefined];
  return {
    ...{ tier, host, message: plain(event.message, size.message) },
    ...known({ seq, status, error, cause, phase, commit, elapsed_ms, since: instant(atMs) }),
    ...known({ recovered: recovered ? ("yes" as const) : undefined }),
    ...known({ log_tail: hasTail ? tailOf(record, size) : undefined }),
  };
};

const detailsOf = (told: readonly Member[], size: Size): readonly Detail[] => {
  const first = told.filter(({ recovered }) => recovered);
  const most = [...first, ...told.filter(({ recovered }) => !recovered)].slice(0, mostDetails);
  const inOrder = most.toSorted((a, b) => a.record.seq - b.record.seq);
  return inOrder.map((one, n) => detailOf(one, size, n < mostTails));
};

/** What the request says; where that cannot be known, what the host says of it. `undefined`: it is about none. */
export const aboutOf = ({ event }: ResponseRecord, request: RequestRecord | undefined): Draft["about"] => {
  const { request_seq: seq, id, requester, action, revision } = event;
  if (seq === undefined) return undefined;
  return request === undefined ? { seq, ...known({ id, requester, action, revision }) } : aboutRequest(request);
};

const placesOf = (told: readonly Member[]): readonly Place[] => [
  ...new Set(told.map(({ record: { tier, host } }) => placeOf(tier, host))),
];

/** All but the words of hosts. */
type Frame = Pick<Draft, "kind" | "title" | "as_of"> & { readonly about: Draft["about"] | undefined };

export const draftOf = ({ about, ...frame }: Frame, told: readonly Member[]): Draft => {
  const whole = { ...frame, ...known({ about }), hosts: placesOf(told) };
  const of = (size: Size): Draft => ({ ...whole, details: detailsOf(told, size) });
  const [generous, ...smaller] = sizes;
  let draft = of(generous);
  for (const size of smaller) {
    if (Buffer.byteLength(JSON.stringify(draft)) <= mostBytes) return draft;
    draft = of(size);
  }
  return draft;
};
