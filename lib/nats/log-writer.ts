/**
 * Appends to the log. An append is repeated with its message id until the log has acknowledged it, so a repetition is never
 * stored twice; and it never claims that nothing was stored when an acknowledgement may only have been lost.
 */
import { jetstream } from "@nats-io/jetstream";
import { type Failure, failure } from "../contract/failure.ts";
import { logStream } from "../contract/log-names.ts";
import type { Entry, LogWriter } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import type { Trouble } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";

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
  const publish = async ({ subject, body, msgId }: Entry, timeoutMs: number) => {
    const ack = await js.publish(subject, body, {
      msgID: msgId,
      timeout: timeoutMs,
      expect: { streamName: logStream },
    });
    return { seq: ack.seq, duplicate: ack.duplicate };
  };
  return {
    append: (entry, timeoutMs = defaultTimeoutMs) =>
      insist((answerMs) => publish(entry, answerMs), {
        link,
        deadlineMs: timeoutMs,
        absence,
        inVain: inVain(entry, timeoutMs),
      }),
  };
};
