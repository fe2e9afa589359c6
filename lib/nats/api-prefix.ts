/**
 * Under which prefix this identity reaches the log's API. On a server as `hd` configures it, clients live in another account
 * than the stream and use `hd.api`. On a plain server with JetStream there is one account, and the API has its own name.
 * Only a plain answer of that API decides for it: silence may be an election.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { errors, type NatsConnection } from "nats";
import type { Failure } from "../contract/failure.ts";
import { jetStreamApi, logApi } from "../contract/log-names.ts";

const answerMs = 1_000;

/** The API's codes for "there is no such stream" and "no such consumer": JetStream is there, the log is not yet. */
const missing = [10059, 10014];

const isNobody = (thrown: unknown): boolean =>
  thrown instanceof errors.NoRespondersError || (thrown instanceof errors.RequestError && thrown.isNoResponders());

const isThere = (answer: unknown): boolean => {
  if (typeof answer !== "object" || answer === null) return false;
  const error = "error" in answer ? answer.error : undefined;
  if (typeof error !== "object" || error === null) return true;
  return "err_code" in error && missing.includes(Number(error.err_code));
};

const servesPlainly = async (nc: NatsConnection, question: string): Promise<boolean> => {
  try {
    return isThere((await nc.request(`${jetStreamApi}.${question}`, "", { timeout: answerMs })).json());
  } catch {
    // Denied, silent or not JSON: not a plain server for this identity.
    return false;
  }
};

/** One round trip where the server is not a plain one. */
const apiPrefix = async (nc: NatsConnection, question: string): Promise<string> => {
  try {
    await nc.request(`${logApi}.${question}`, "", { timeout: answerMs });
    return logApi;
  } catch (thrown) {
    return isNobody(thrown) && (await servesPlainly(nc, question)) ? jetStreamApi : logApi;
  }
};

/** What is made of a connection and its prefix. `question` is one that the identity may ask, such as `STREAM.INFO.HD_AUDIT`. */
export const reached =
  <A>(
    connected: TaskEither<Failure, NatsConnection>,
    question: string,
    make: (nc: NatsConnection, api: string) => A,
  ): TaskEither<Failure, A> =>
  async () => {
    const connection = await connected();
    if (isLeft(connection)) return connection;
    const nc = connection.right;
    return right(make(nc, await apiPrefix(nc, question)));
  };
