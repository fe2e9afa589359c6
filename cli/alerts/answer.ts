/** Writes what a person answers to alerts, in the person's own name: NATS lets nobody write in another's. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { AlertWriter } from "../../lib/router/ports.ts";

const notWritten = failure("unaudited", "The answer was not written. Try it again.");

export const answer = async (alerts: AlertWriter, subject: string, body: object): Promise<Either<Failure, void>> => {
  const appended = await alerts.append({ subject, body: JSON.stringify(body), msgId: `answer:${newId()}` })();
  if (isLeft(appended)) return appended;
  return appended.right === undefined ? left(notWritten) : right(undefined);
};
