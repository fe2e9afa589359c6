/** The request that a response is an answer to, and whether it went to many hosts, so that what it led to is told together. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../records.ts";
import { hostIn } from "../roster.ts";

/** A replica may not have what another one has handed over already. */
const behind = (seq: number): Failure =>
  failure("unreachable", `The server that answered does not have record ${seq} of the log yet.`);

/** `undefined`: what the host says it answers is no request of this log. Both never change. */
export const requestOf = async (
  log: Pick<LogReader, "next">,
  { seq, event }: ResponseRecord,
): Promise<Either<Failure, RequestRecord | undefined>> => {
  const asked = event.request_seq;
  if (asked === undefined || asked >= seq) return right(undefined);
  const stored = await log.next(asked, ">")();
  if (isLeft(stored)) return stored;
  if (stored.right === undefined) return left(behind(asked));
  const record = readRecord(stored.right);
  return right(record.kind === "request" && record.seq === asked ? record : undefined);
};

/** Others may answer as well. */
export const isRollout = ({ address }: RequestRecord, { host }: ResponseRecord): boolean => hostIn(address) !== host;
