/**
 * A client as anyone could write one: a key, a name, and NATS. It tries one thing and says what came of it. Not even an
 * attempt that must fail is waited for without an answer: the server says no, or it has not been shown.
 */
import { setImmediate as immediate } from "node:timers/promises";
import { type Authenticator, connect, errors, type Msg, type MsgHdrs, type NatsConnection, type Status } from "nats";
import { inboxPrefix } from "../../lib/contract/log-names.ts";
import { requester } from "../support/fixtures.ts";

/**
 * `works`: done, or answered with what was asked for. `fails`: NATS let it through, and it came to nothing. `denied`: NATS
 * refused it. `unanswered` proves nothing, so it is never what a check wants.
 */
export type Outcome = "works" | "fails" | "denied" | "unanswered";

export interface RequestOptions {
  readonly headers?: MsgHdrs;
  /** A subject that nobody answers: being let through is all there is to it. */
  readonly isOneWay?: boolean;
}

export interface Client {
  /** The name by which it has its inbox. */
  readonly name: string;
  readonly nc: NatsConnection;
  readonly request: (subject: string, body?: string | object, options?: RequestOptions) => Promise<Outcome>;
  readonly subscribe: (subject: string, queue?: string) => Promise<Outcome>;
  /** A message of a consumer comes to an inbox under the subject that it was stored by. */
  readonly pull: (subject: string) => Promise<Outcome>;
}

const answerMs = 3_000;

const rootOf = (thrown: unknown): unknown =>
  thrown instanceof Error && thrown.cause instanceof Error ? rootOf(thrown.cause) : thrown;

const outcomeOf = (thrown: unknown): Outcome => {
  const root = rootOf(thrown);
  if (root instanceof errors.PermissionViolationError) return "denied";
  if (root instanceof errors.TimeoutError) return "unanswered";
  return "fails";
};

/** An answer of JetStream's API says in its body that it is none; a direct get says so in its status. */
const judged = (answer: Msg): Outcome => {
  if ((answer.headers?.code ?? 0) >= 400) return "fails";
  return /^\{.*"error":\s*\{/s.test(answer.string()) ? "fails" : "works";
};

const bodyOf = (body: string | object): string => (typeof body === "string" ? body : JSON.stringify(body));

const isNobody = (thrown: unknown): boolean => rootOf(thrown) instanceof errors.NoRespondersError;

const isRefusedPublish = (status: Status): boolean => {
  const error = status.type === "error" ? rootOf(status.error) : undefined;
  return error instanceof errors.PermissionViolationError && error.operation === "publish";
};

/** Resolves when any publish is refused, under whatever subject: a client tries one thing at a time. */
const refusalsOf = (nc: NatsConnection) => {
  const waiting = new Set<() => void>();
  const watch = async (): Promise<void> => {
    for await (const status of nc.status()) if (isRefusedPublish(status)) for (const tell of waiting) tell();
  };
  void watch();
  return async (attempt: Promise<Outcome>): Promise<Outcome> => {
    let tell = (): void => undefined;
    const refused = new Promise<Outcome>((resolve) => {
      tell = () => resolve("denied");
      waiting.add(tell);
    });
    const outcome = await Promise.race([attempt, refused]);
    // What is still to be told of this attempt must not be told of the next.
    await immediate();
    waiting.delete(tell);
    return outcome;
  };
};

const clientOf = (name: string, nc: NatsConnection): Client => {
  const inbox = inboxPrefix(requester(name));
  const unlessRefused = refusalsOf(nc);
  let count = 0;

  const ask = async (
    subject: string,
    body: string,
    { headers, isOneWay = false }: RequestOptions,
  ): Promise<Outcome> => {
    try {
      const options = { timeout: answerMs, ...(headers === undefined ? {} : { headers }) };
      return judged(await nc.request(subject, body, options));
    } catch (thrown) {
      return isOneWay && isNobody(thrown) ? "works" : outcomeOf(thrown);
    }
  };

  const subscribe: Client["subscribe"] = async (subject, queue) => {
    let outcome: Outcome = "works";
    const callback = (error: Error | null): void => {
      if (error !== null) outcome = outcomeOf(error);
    };
    const subscription = nc.subscribe(subject, queue === undefined ? { callback } : { callback, queue });
    await nc.flush();
    if (!subscription.isClosed()) subscription.unsubscribe();
    return outcome;
  };

  const take = (subject: string): Promise<Outcome> =>
    new Promise((resolve) => {
      count += 1;
      const reply = `${inbox}.pull${count}`;
      const end = (outcome: Outcome): void => {
        clearTimeout(lost);
        if (!subscription.isClosed()) subscription.unsubscribe();
        resolve(outcome);
      };
      const lost = setTimeout(end, answerMs, "unanswered");
      const subscription = nc.subscribe(reply, {
        callback: (error, message) => end(error === null ? judged(message) : outcomeOf(error)),
      });
      nc.publish(subject, '{"batch":1,"no_wait":true}', { reply });
    });

  return {
    ...{ name, nc, subscribe },
    request: (subject, body = "", options = {}) => unlessRefused(ask(subject, bodyOf(body), options)),
    pull: (subject) => unlessRefused(take(subject)),
  };
};

/** Connects as an identity: with the inbox of its name, and whatever key. */
export const connectClient = async (url: string, name: string, authenticator?: Authenticator): Promise<Client> => {
  const options = { servers: url, inboxPrefix: inboxPrefix(requester(name)), reconnect: false };
  return clientOf(name, await connect(authenticator === undefined ? options : { ...options, authenticator }));
};
