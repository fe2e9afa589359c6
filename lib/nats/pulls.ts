/**
 * Asks a consumer for one request at a time, over one subscription that stands for as long as work is taken: a subscription
 * for each pull, as the library makes one, is told to every server of a cluster and forgotten again, twice a second for
 * each host. A pull is answered by one message or one status; which pull a message answers is not said and does not matter.
 */
import { createInbox, type Msg, nanos } from "nats";
import { hostDurable, inboxPrefix, logStream } from "../contract/log-names.ts";
import type { HostName } from "../contract/names.ts";
import type { Link } from "./link.ts";
import { type Pulled, pulledOf, statusCodeOf } from "./pulled.ts";

export interface Pulls {
  /** The next request, or none within `expiresMs`. Rejects with the reason why the consumer cannot be asked. */
  readonly next: (expiresMs: number) => Promise<Pulled | undefined>;
  readonly close: () => void;
}

export interface PullOptions {
  readonly link: Pick<Link, "nc" | "api">;
  /** Whose place in the log it is. */
  readonly hostname: HostName;
}

/** Beyond its own time, for the way there and back. */
const graceMs = 2_000;

/** Statuses that say no more than that no message came. */
const nothing: readonly number[] = [404, 408];

/** What else a status can say: https://docs.nats.io/reference/reference-protocols/nats_api_reference */
const faults: readonly (readonly [RegExp, string])[] = [
  [/no responders|^$/i, "nobody serves this host's place in the log"],
  [/consumer deleted/i, "this host's place in the log was deleted"],
  [/leadership change|server shutdown/i, "another server now keeps this host's place in the log"],
];

const silence = "the log has gone silent";

interface Waiting {
  readonly resolve: (pulled: Pulled | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** Who waits for an answer, the first to ask first. */
const waitingLine = () => {
  const line = new Set<Waiting>();
  const wait = (limitMs: number): Promise<Pulled | undefined> =>
    new Promise((resolve, reject) => {
      const lost = setTimeout(() => {
        line.delete(one);
        reject(new Error(silence));
      }, limitMs);
      const settled =
        <A>(settle: (value: A) => void) =>
        (value: A): void => {
          clearTimeout(lost);
          settle(value);
        };
      const one = { resolve: settled(resolve), reject: settled(reject) };
      line.add(one);
    });
  const take = (): Waiting | undefined => {
    const [first] = line;
    if (first !== undefined) line.delete(first);
    return first;
  };
  return { wait, take };
};

const faultOf = (description: string): Error =>
  new Error(faults.find(([text]) => text.test(description))?.[1] ?? `the log answered: ${description}`);

export const pullsOf = ({ link: { nc, api }, hostname }: PullOptions): Pulls => {
  const inbox = createInbox(inboxPrefix(hostname));
  const subject = `${api}.CONSUMER.MSG.NEXT.${logStream}.${hostDurable(hostname)}`;
  const { wait, take } = waitingLine();
  let count = 0;

  const receive = (message: Msg): void => {
    const pull = take();
    const code = statusCodeOf(message, inbox);
    if (nothing.includes(code)) pull?.resolve(undefined);
    else if (code > 0) pull?.reject(faultOf(message.headers?.description ?? ""));
    else if (pull !== undefined) pull.resolve(pulledOf(message));
    // It comes too late: whoever asks next gets it at once.
    else pulledOf(message).nak(1);
  };

  const subscription = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error === null) receive(message);
      else take()?.reject(error);
    },
  });

  const next = async (expiresMs: number): Promise<Pulled | undefined> => {
    count += 1;
    const question = JSON.stringify({ batch: 1, expires: nanos(expiresMs) });
    nc.publish(subject, question, { reply: `${inbox}.${count}` });
    return wait(expiresMs + graceMs);
  };

  return { next, close: () => subscription.unsubscribe() };
};
