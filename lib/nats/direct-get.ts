/**
 * Reads records out of a stream by JetStream's direct get: raw requests, because one permission is then enough, and the
 * form that names the subject can be confined to it. Any replica may answer, so "not found" only means "not here yet".
 */
import { errors, type Msg, type MsgHdrs } from "nats";
import { logStream } from "../contract/log-names.ts";
import { signatureHeader } from "../contract/signature.ts";
import type { Stored } from "../router/ports.ts";
import type { Link } from "./link.ts";

/** The part of a link that a read needs. */
export type Reach = Pick<Link, "nc" | "api"> & {
  /** Left out: the log. */
  readonly stream?: string;
};

const subjectOf = ({ api, stream = logStream }: Reach): string => `${api}.DIRECT.GET.${stream}`;

export type Query = { readonly seq: number; readonly next_by_subj: string } | { readonly last_by_subj: string };

/** The newest of each of these subjects, as of a sequence; only as a request for many, from server 2.11 on. */
type NewestOfMany = { readonly multi_last: readonly string[]; readonly seq?: number; readonly up_to_seq?: number };

/** The server writes its own headers last, so a publisher cannot forge them; of two message ids it heeds the first. */
const storedOf = ({ data, headers }: Pick<Msg, "data" | "headers">): Stored => {
  const last = (name: string): string => headers?.last(name) ?? "";
  return {
    seq: Number(last("Nats-Sequence")),
    subject: last("Nats-Subject"),
    atMs: Date.parse(last("Nats-Time-Stamp")),
    msgId: headers?.get("Nats-Msg-Id") || undefined,
    signature: headers?.last(signatureHeader) || undefined,
    body: new TextDecoder().decode(data),
  };
};

const refused = (headers: MsgHdrs | undefined): Error =>
  new errors.InvalidOperationError(`direct get was answered with ${headers?.code} ${headers?.description}`);

/** Of a record the server says where it stands. Older servers keep a status line that its publisher wrote. */
const isRecord = ({ headers }: Pick<Msg, "headers">): boolean => headers?.has("Nats-Sequence") === true;

type Answer = Pick<Msg, "data" | "headers">;

const oneAs =
  <A>(make: (record: Answer) => A) =>
  (answer: Answer): A | undefined => {
    if (isRecord(answer)) return make(answer);
    if (answer.headers?.code === 404) return undefined;
    throw refused(answer.headers);
  };

/** @internal The record of an answer to a request for one; `undefined`: not here yet. */
export const one = oneAs(storedOf);

/** Whatever is made of a record. */
export const directGetAs =
  <A>(make: (record: Answer) => A) =>
  async (reach: Reach, query: Query, timeoutMs: number): Promise<A | undefined> =>
    oneAs(make)(await reach.nc.request(subjectOf(reach), JSON.stringify(query), { timeout: timeoutMs }));

export const directGet = directGetAs(storedOf);

/** The newest record of exactly this subject. */
export const directGetLast = async (reach: Reach, subject: string, timeoutMs: number): Promise<Stored | undefined> =>
  one(await reach.nc.request(`${subjectOf(reach)}.${subject}`, "", { timeout: timeoutMs }));

export interface Page<A = Stored> {
  readonly records: readonly A[];
  /** The server stopped early; there may be more that match. */
  readonly cut: boolean;
}

/** @internal What an answer says about those after it. A page without its own end is cut: there may be more. */
export const endOf = (answer: Pick<Msg, "data" | "headers">): "more" | "end" | "cut" => {
  const { data, headers } = answer;
  if (!isRecord(answer)) {
    if (headers?.code === 404) return "end";
    if (headers?.code !== 204) throw refused(headers);
    return Number(headers.last("Nats-Num-Pending") || 0) > 0 ? "cut" : "end";
  }
  // A record without a body looks to the client like the end; an older replica answers with one record only.
  return data.length === 0 || headers?.has("Nats-Num-Pending") !== true ? "cut" : "more";
};

type Batch = (Query | NewestOfMany) & { readonly batch: number; readonly max_bytes?: number };

/** Many records by one request, from server 2.11 on; whatever is made of each. */
export const directGetManyAs =
  <A>(make: (record: Answer) => A) =>
  async (reach: Reach, query: Batch, timeoutMs: number): Promise<Page<A>> => {
    const records: A[] = [];
    const answers = await reach.nc.requestMany(subjectOf(reach), JSON.stringify(query), {
      strategy: "sentinel",
      maxWait: timeoutMs,
    });
    for await (const answer of answers) {
      const end = endOf(answer);
      if (isRecord(answer)) records.push(make(answer));
      if (end !== "more") return { records, cut: end === "cut" };
    }
    if (records.length === 0) throw new errors.TimeoutError();
    return { records, cut: true };
  };

export const directGetMany = directGetManyAs(storedOf);
