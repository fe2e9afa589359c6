/**
 * Appends what is imported. Each record is sent with the sequence that the log must have before it, so that nothing can come
 * between two, or in another order, without everything after it being refused. Message ids are sent as they were.
 */
import { JetStreamApiError, type JetStreamClient, jetstream } from "@nats-io/jetstream";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { headers, type MsgHdrs, type NatsConnection } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { logStream, storedAtHeader } from "../contract/log-names.ts";
import type { Importer } from "../router/importer.ts";
import type { RawRecord } from "../router/records.ts";
import { troubleOf } from "./failures.ts";

const appendMs = 10_000;

/** After this the log has certainly forgotten a message id that it remembers for a tenth of a second. */
const forgottenMs = 200;
const mostTries = 50;

const headersOf = (record: RawRecord): MsgHdrs => {
  const sent = headers();
  for (const [name, values] of record.headers) for (const value of values) sent.append(name, value);
  sent.append(storedAtHeader, record.time);
  return sent;
};

/** Its id was seen a moment ago, so the log took it for the same record. */
const twice = "twice";

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

const wrongSequence = 10071;

const failed = ({ seq }: RawRecord, thrown: unknown): Failure =>
  thrown instanceof JetStreamApiError && thrown.code === wrongSequence
    ? failure("unaudited", `Somebody else wrote into the log before record ${seq}.`)
    : troubleOf(thrown).failure;

type Outcome = Failure | typeof twice | undefined;

const publish = async (js: JetStreamClient, record: RawRecord): Promise<Outcome> => {
  try {
    const expect = { streamName: logStream, lastSequence: record.seq - 1 };
    const body = Buffer.from(record.body, "latin1");
    const ack = await js.publish(record.subject, body, { headers: headersOf(record), expect, timeout: appendMs });
    if (ack.duplicate) return twice;
    return ack.seq === record.seq ? undefined : failure("unaudited", `Record ${record.seq} was stored as ${ack.seq}.`);
  } catch (thrown) {
    return failed(record, thrown);
  }
};

/** What is left to be sent, from the first whose id the log remembers on: what came after that was refused. */
const send = async (
  js: JetStreamClient,
  records: readonly RawRecord[],
): Promise<Either<Failure, readonly RawRecord[]>> => {
  const outcomes = await Promise.all(records.map((record) => publish(js, record)));
  const bad = outcomes.findIndex((outcome) => outcome !== undefined);
  const outcome = outcomes[bad];
  if (outcome === undefined) return right([]);
  return outcome === twice ? right(records.slice(bad)) : left(outcome);
};

const remembered = failure("unaudited", "The log does not forget a message id that is in the export twice.");

/** A try that got nothing through is one of a few. */
const sendAll = async (js: JetStreamClient, records: readonly RawRecord[]): Promise<Either<Failure, undefined>> => {
  let rest = records;
  for (let tries = 0; tries < mostTries; tries++) {
    const unsent = await send(js, rest);
    if (isLeft(unsent)) return unsent;
    if (unsent.right.length === 0) return right(undefined);
    if (unsent.right.length < rest.length) tries = -1;
    rest = unsent.right;
    await pause(forgottenMs);
  }
  return left(remembered);
};

export const importAppend = (nc: NatsConnection): Importer["append"] => {
  const js = jetstream(nc);
  return (records) => () => sendAll(js, records);
};
