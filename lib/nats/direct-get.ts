/**
 * Reads records out of a stream by JetStream's direct get: raw requests, because one permission is then enough, and the
 * form that names the subject can be confined to it. Any replica may answer, so "not found" only means "not here yet".
 */
import { errors, type Msg, type MsgHdrs } from "nats";
import { logStream, storedAtHeader } from "../contract/log-names.ts";
import { signatureHeader } from "../contract/signature.ts";
import type { Stored } from "../router/ports.ts";
import { importedTo } from "./imported.ts";
import type { Link } from "./link.ts";
import { tame } from "./tame.ts";

/** The part of a link that a read needs. */
export type Reach = Pick<Link, "nc" | "api"> & {
  /** Left out: the log. */
  readonly stream?: string;
};

const subjectOf = ({ api, stream = logStream }: Reach): string => `${api}.DIRECT.GET.${stream}`;

export type Query = { readonly seq: number; readonly next_by_subj: string } | { readonly last_by_subj: string };

/** The newest of each of these subjects, as of a sequence; only as a request for many, from server 2.11 on. */
type NewestOfMany = { readonly multi_last: readonly string[]; readonly seq?: number; readonly up_to_seq?: number };

type Answer = Pick<Msg, "data" | "headers">;

/** The server writes its own headers last, so a publisher cannot forge them; of two message ids it heeds the first. */
const storedOf = ({ data, headers }: Answer, imported: number): Stored => {
  const last = (name: string): string => headers?.last(name) ?? "";
  const seq = Number(last("Nats-Sequence"));
  return {
    seq,
    subject: last("Nats-Subject"),
    atMs: Date.parse((seq <= imported && last(storedAtHeader)) || last("Nats-Time-Stamp")),
    msgId: headers?.get("Nats-Msg-Id") || undefined,
    signature: headers?.last(signatureHeader) || undefined,
    body: new TextDecoder().decode(data),
  };
};

const refused = (headers: MsgHdrs | undefined): Error =>
  new errors.InvalidOperationError(`direct get was answered with ${headers?.code} ${headers?.description}`);

/** Of a record the server says where it stands. Older servers keep a status line that its publisher wrote. */
const isRecord = ({ headers }: Pick<Msg, "headers">): boolean => headers?.has("Nats-Sequence") === true;

/** `imported`: up to here the header with a time is the importer's, and no publisher's. */
type Make<A> = (record: Answer, imported: number) => A;

const oneAs =
  <A>(make: Make<A>) =>
  (answer: Answer, imported = 0): A | undefined => {
    if (isRecord(answer)) return make(answer, imported);
    if (answer.headers?.code === 404) return undefined;
    throw refused(answer.headers);
  };

/** The stream is asked only when a record claims a time of its own. */
const importedFor = async (reach: Reach, answers: readonly Answer[]): Promise<number> =>
  answers.some(({ headers }) => headers?.has(storedAtHeader))
    ? importedTo({ nc: reach.nc, api: reach.api, stream: reach.stream ?? logStream })
    : 0;

/** @internal The record of an answer to a request for one; `undefined`: not here yet. */
export const one = oneAs(storedOf);

/** Whatever is made of a record. */
export const directGetAs =
  <A>(make: Make<A>) =>
  async (reach: Reach, query: Query, timeoutMs: number): Promise<A | undefined> => {
    const answer = tame(await reach.nc.request(subjectOf(reach), JSON.stringify(query), { timeout: timeoutMs }));
    return oneAs(make)(answer, await importedFor(reach, [answer]));
  };

export const directGet = directGetAs(storedOf);

/** The newest record of exactly this subject. */
export const directGetLast = async (reach: Reach, subject: string, timeoutMs: number): Promise<Stored | undefined> => {
  const answer = tame(await reach.nc.request(`${subjectOf(reach)}.${subject}`, "", { timeout: timeoutMs }));
  return one(answer, await importedFor(reach, [answer]));
};

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

/** As they come, and whether there may be more. */
const answersTo = async (reach: Reach, query: Batch, timeoutMs: number): Promise<Page<Answer>> => {
  const records: Answer[] = [];
  const answers = await reach.nc.requestMany(subjectOf(reach), JSON.stringify(query), {
    strategy: "sentinel",
    maxWait: timeoutMs,
  });
  for await (const message of answers) {
    const answer = tame(message);
    const end = endOf(answer);
    if (isRecord(answer)) records.push(answer);
    if (end !== "more") return { records, cut: end === "cut" };
  }
  if (records.length === 0) throw new errors.TimeoutError();
  return { records, cut: true };
};

/** Many records by one request, from server 2.11 on; whatever is made of each. */
export const directGetManyAs =
  <A>(make: Make<A>) =>
  async (reach: Reach, query: Batch, timeoutMs: number): Promise<Page<A>> => {
    const { records, cut } = await answersTo(reach, query, timeoutMs);
    const imported = await importedFor(reach, records);
    return { records: records.map((answer) => make(answer, imported)), cut };
  };

export const directGetMany = directGetManyAs(storedOf);
