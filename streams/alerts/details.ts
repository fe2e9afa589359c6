/**
 * What an alert tells of the hosts that it is about, made of records of the log. Whatever those hold, the alert fits into a
 * record: words of hosts are cut first, and of too many hosts the later ones are told in an alert of their own.
 */
import { isRight } from "fp-ts/lib/Either.js";
import { alertTailLines, type Detail, mostDetails, type Place, placeOf } from "../../lib/contract/alert.ts";
import { plain } from "../../lib/contract/plain.ts";
import { instant } from "../../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord } from "../records.ts";
import type { Draft } from "./fire.ts";

/** A record that an alert tells of. */
export interface Told {
  readonly record: ResponseRecord;
  readonly recovered: boolean;
}

/** So that their names alone fill no more than half of a record. */
export const mostHosts = 1_000;

/** Of a list in the order of the log, as many as one alert can tell of. What has recovered has to be in its details. */
export const portionOf = (all: readonly Told[]): readonly Told[] => {
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

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are not there. */
const given = <T extends object>(fields: T): Given<T> =>
  // Nothing but fields of the same names is left.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

const tailOf = ({ event }: ResponseRecord, { line }: Size): Detail["log_tail"] =>
  line === 0 ? undefined : event.log_tail?.slice(-alertTailLines).map((one) => plain(one, line));

const detailOf = ({ record, recovered }: Told, size: Size, hasTail: boolean): Detail => {
  const { seq, atMs, tier, host, status, event } = record;
  const { cause, commit, elapsed_ms } = event;
  const [error, phase] = [event.error ?? undefined, event.phase ?? undefined];
  return {
    ...{ tier, host, message: plain(event.message, size.message) },
    ...given({ seq, status, error, cause, phase, commit, elapsed_ms, since: instant(atMs) }),
    ...given({ recovered: recovered ? ("yes" as const) : undefined }),
    ...given({ log_tail: hasTail ? tailOf(record, size) : undefined }),
  };
};

const detailsOf = (told: readonly Told[], size: Size): readonly Detail[] => {
  const first = told.filter(({ recovered }) => recovered);
  const most = [...first, ...told.filter(({ recovered }) => !recovered)].slice(0, mostDetails);
  const inOrder = most.toSorted((a, b) => a.record.seq - b.record.seq);
  return inOrder.map((one, n) => detailOf(one, size, n < mostTails));
};

const askedIn = ({ body }: RequestRecord): Pick<ResponseRecord["event"], "action" | "revision"> =>
  isRight(body) && body.right.route === "deploy" ? body.right.input : {};

/** What the request says; where that cannot be known, what the host says of it. `undefined`: it is about none. */
export const aboutOf = ({ event }: ResponseRecord, request: RequestRecord | undefined): Draft["about"] => {
  const { request_seq: seq, id, requester, action, revision } = event;
  if (seq === undefined) return undefined;
  if (request === undefined) return { seq, ...given({ id, requester, action, revision }) };
  const reason = isRight(request.body) ? request.body.right.input.reason : undefined;
  const { address } = request;
  return { seq, ...given({ id: request.id, requester: request.requester, address, ...askedIn(request), reason }) };
};

const placesOf = (told: readonly Told[]): readonly Place[] => [
  ...new Set(told.map(({ record: { tier, host } }) => placeOf(tier, host))),
];

/** All but the words of hosts. */
type Frame = Pick<Draft, "kind" | "title" | "as_of"> & { readonly about: Draft["about"] | undefined };

export const draftOf = ({ about, ...frame }: Frame, told: readonly Told[]): Draft => {
  const whole = { ...frame, ...given({ about }), hosts: placesOf(told) };
  const of = (size: Size): Draft => ({ ...whole, details: detailsOf(told, size) });
  const [generous, ...smaller] = sizes;
  let draft = of(generous);
  for (const size of smaller) {
    if (Buffer.byteLength(JSON.stringify(draft)) <= mostBytes) return draft;
    draft = of(size);
  }
  return draft;
};
