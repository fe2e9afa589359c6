/**
 * Receives one page of a stream over a subscription of its own, which takes the client a third of the time that its requests
 * for many answers take. It learns of a refusal by silence only, so a reader asks for its first page in the other way.
 */
import { createInbox, errors, type Msg, type NatsConnection } from "nats";
import type { RawRecord } from "../router/records.ts";
import { rawRecord } from "./raw-record.ts";

export interface PageQuery {
  readonly subject: string;
  readonly query: object;
  /** What the identity may listen to. */
  readonly inboxPrefix: string;
  readonly timeoutMs: number;
}

/** Everything but 204, the end of a page, and 404, a page without records. */
const refusalOf = ({ headers }: Msg, subject: string): Error | undefined => {
  const code = headers?.code;
  if (code === 204 || code === 404) return undefined;
  if (code === 503) return new errors.NoRespondersError(subject);
  return new errors.InvalidOperationError(`direct get was answered with ${code} ${headers?.description}`);
};

/** Rejects when the page has not ended by then. */
export const pageGet = (
  nc: NatsConnection,
  { subject, query, inboxPrefix, timeoutMs }: PageQuery,
): Promise<readonly RawRecord[]> =>
  new Promise((resolve, reject) => {
    const inbox = createInbox(inboxPrefix);
    const records: RawRecord[] = [];
    const end = (error: Error | undefined): void => {
      clearTimeout(timer);
      subscription.unsubscribe();
      if (error === undefined) resolve(records);
      else reject(error);
    };
    const timer = setTimeout(() => end(new errors.TimeoutError()), timeoutMs);
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return end(error);
        const record = rawRecord(message);
        if (record === undefined) end(refusalOf(message, subject));
        else records.push(record);
      },
    });
    nc.publish(subject, JSON.stringify(query), { reply: inbox });
  });
