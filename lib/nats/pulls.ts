/**
 * Asks a consumer for one record at a time, over one subscription that stands for as long as work is taken: a subscription
 * for each pull, as the library makes one, is told to every server of a cluster and forgotten again, twice a second for
 * each host. A pull is answered by one message or one status; which pull a message answers is not said and does not matter.
 */
import { createInbox, type Msg, nanos } from "nats";
import { inboxPrefix } from "../contract/log-names.ts";
import type { HostName, Requester } from "../contract/names.ts";
import type { Link } from "./link.ts";
import { type Pulled, pulledOf, statusCodeOf } from "./pulled.ts";

export interface Pulls {
  /** The next record, or none within `expiresMs`. Rejects with the reason why the consumer cannot be asked. */
  readonly next: (expiresMs: number) => Promise<Pulled | undefined>;
  readonly close: () => void;
}

/** A durable consumer, as who takes from it names it. */
export interface Durable {
  readonly stream: string;
  readonly durable: string;
  /** Whose inbox the answers come to. */
  readonly taker: HostName | Requester;
  /** What it is to people, such as "this host's place in the log". */
  readonly called: string;
}

export interface PullOptions extends Durable {
  readonly link: Pick<Link, "nc" | "api">;
}

/** Beyond its own time, for the way there and back. */
const graceMs = 2_000;

/** Statuses that say no more than that no message came. */
const nothing: readonly number[] = [404, 408];

/** What else a status can say: https://docs.nats.io/reference/reference-protocols/nats_api_reference */
const faults: readonly (readonly [RegExp, (called: string) => string])[] = [
  [/no responders|^$/i, (called) => `nobody serves ${called}`],
  [/consumer deleted/i, (called) => `${called} was deleted`],
  [/leadership change|server shutdown/i, (called) => `another server now keeps ${called}`],
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

const faultOf = (called: string, description: string): Error =>
  new Error(faults.find(([text]) => text.test(description))?.[1](called) ?? `the log answered: ${description}`);

export const pullsOf = ({ link: { nc, api }, stream, durable, taker, called }: PullOptions): Pulls => {
  const inbox = createInbox(inboxPrefix(taker));
  const subject = `${api}.CONSUMER.MSG.NEXT.${stream}.${durable}`;
  const { wait, take } = waitingLine();
  let count = 0;

  const receive = (message: Msg): void => {
    const pull = take();
    const code = statusCodeOf(message, inbox);
    if (nothing.includes(code)) pull?.resolve(undefined);
    else if (code > 0) pull?.reject(faultOf(called, message.headers?.description ?? ""));
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
