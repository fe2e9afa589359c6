/**
 * Whether a connection is up, from its status events. What is published while it is down is dropped by the client without a
 * word, so whoever needs an answer waits for the link first, and gives up an answer that a lost link cannot bring.
 */
import { errors, type NatsConnection } from "nats";
import { logApi } from "../contract/log-names.ts";

export interface Link {
  readonly nc: NatsConnection;
  /** Prefix of the log's API for this identity. */
  readonly api: string;
  readonly isUp: () => boolean;
  /** Resolves when the link has gone up, down or away for good, or after `timeoutMs`. */
  readonly change: (timeoutMs: number) => Promise<void>;
  /** The answer; rejects as soon as the link that would bring it is lost. */
  readonly whileUp: <A>(answer: Promise<A>) => Promise<A>;
}

type Notice = (sentence: string) => void;

/** Who waits for the link to change. */
const wakers = () => {
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake();
  };
  const change: Link["change"] = (timeoutMs) =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      waiting.add(wake);
    });
  const whileUp: Link["whileUp"] = (answer) =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        waiting.delete(wake);
        reject(new errors.RequestError("connection disconnected"));
      };
      waiting.add(wake);
      answer.then(resolve, reject).finally(() => waiting.delete(wake));
    });
  return { wakeAll, change, whileUp };
};

export const linkOf = (nc: NatsConnection, notice: Notice, api: string = logApi): Link => {
  const { wakeAll, change, whileUp } = wakers();
  let up = true;
  const turn = (now: boolean, sentence: string): void => {
    up = now;
    notice(sentence);
    wakeAll();
  };
  const watch = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === "disconnect" && up) turn(false, "The connection to NATS was lost; connecting again.");
      if (type === "reconnect" && !up) turn(true, `Connected to NATS again, at ${nc.getServer()}.`);
    }
  };
  void watch();
  void nc.closed().then((error) => {
    if (error instanceof Error) turn(false, `The connection to NATS has ended: ${error.message}.`);
    else wakeAll();
  });

  return { nc, api, isUp: () => up, change, whileUp };
};
