/**
 * Appends to the log, signed where the connection has a key. An append is repeated with its message id until the log has
 * acknowledged it, so a repetition is never stored twice, and with its signature, so that every repetition is the same bytes;
 * and it never claims that nothing was stored when an acknowledgement may only have been lost.
 */
import { jetstream } from "@nats-io/jetstream";
import type { MsgHdrs } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { logStream } from "../contract/log-names.ts";
import type { Entry, LogWriter } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import type { Trouble } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";
import { signerOf } from "./signer.ts";

/** Longer than any election, shorter than the log's memory of message ids. */
const defaultTimeoutMs = 30_000;

/** What is not asked is not done. What is not answered may be under way all the same. */
const isRequest = (subject: string): boolean => subject.startsWith("hd.req.");

const inVain =
  ({ subject }: Entry, deadlineMs: number) =>
  ({ failure: { code, message } }: Trouble, unknown: boolean): Failure => {
    const within = `within ${Math.ceil(deadlineMs / 1000)} s`;
    return unknown
      ? failure(
          "timeout",
          `Whether ${subject} was recorded is not known: no acknowledgement came ${within}. ${message} Sending it again with the same id is safe.`,
        )
      : failure(
          code,
          `${subject} was not recorded ${within}${isRequest(subject) ? ", so nothing was done" : ""}. ${message}`,
        );
  };

export const logWriter = (link: Link, absence: Absence): LogWriter => {
  const js = jetstream(link.nc);
  const signed = signerOf(link.nc);
  const publish = async ({ subject, body, msgId, after }: Entry, signature: MsgHdrs | undefined, timeoutMs: number) => {
    const ack = await js.publish(subject, body, {
      msgID: msgId,
      timeout: timeoutMs,
      expect: { streamName: logStream, ...(after === undefined ? {} : { lastSubjectSequence: after }) },
      ...(signature === undefined ? {} : { headers: signature }),
    });
    return { seq: ack.seq, duplicate: ack.duplicate };
  };
  return {
    append:
      (entry, timeoutMs = defaultTimeoutMs) =>
      () => {
        const signature = signed(entry, Date.now());
        const insistence = { link, deadlineMs: timeoutMs, absence, inVain: inVain(entry, timeoutMs) };
        return insist((answerMs) => publish(entry, signature, answerMs), insistence)();
      },
  };
};
