/** The request that a response is an answer to, and whether it went to many hosts, so that what it led to is told together. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { tierOf } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { hostIn } from "../roster.ts";

const behinds = new WeakSet<Failure>();

/** A replica may not have what another one has handed over already. */
export const behind = (seq: number): Failure => {
  const told = failure("unreachable", `The server that answered does not have record ${seq} of the log yet.`);
  behinds.add(told);
  return told;
};

export const isBehind = (told: Failure): boolean => behinds.has(told);

const isGroup = (address: RequestRecord["address"]): boolean => ["all", undefined].includes(hostIn(address));

/** A host can say that it answers anything. It can only have been asked where its answers are looked for. */
const mayAnswer = ({ address }: RequestRecord, { tier, host }: ResponseRecord): boolean =>
  tierOf(address) === tier && (isGroup(address) || hostIn(address) === host);

/** `undefined`: what the host says it answers is no request of this log that it could have been asked. It never changes. */
export const requestOf = async (
  log: Pick<LogReader, "next">,
  response: ResponseRecord,
): Promise<Either<Failure, RequestRecord | undefined>> => {
  const asked = response.event.request_seq;
  if (asked === undefined || asked >= response.seq) return right(undefined);
  const stored = await log.next(asked, ">")();
  if (isLeft(stored)) return stored;
  if (stored.right === undefined) return left(behind(asked));
  const record = readRecord(stored.right);
  return right(record.kind === "request" && record.seq === asked && mayAnswer(record, response) ? record : undefined);
};

/** Others may answer as well. */
export const isRollout = ({ address }: RequestRecord, { host }: ResponseRecord): boolean => hostIn(address) !== host;
