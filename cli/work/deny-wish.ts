/** Appends a word against a wish, at the wish's own address. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { askSubject } from "../../lib/contract/address.ts";
import { Denial } from "../../lib/contract/ask.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Caller } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Appended } from "../../lib/router/ports.ts";
import type { WishRecord } from "../../streams/wishes.ts";

/** The id of the wish is for the request alone: a record that had it as well would be taken for that. */
export const denyWish = (
  { requester, log }: Caller,
  { address, wish }: Pick<WishRecord, "address" | "wish">,
  reason: string | undefined,
): TaskEither<Failure, Appended> => {
  const body = Denial.strict({ id: wish.id, denied: true, ...(reason === undefined ? {} : { reason }) });
  if (isLeft(body)) return left(failure("invalid_request", `Nothing was denied. ${body.left.join(". ")}.`));
  return log.append({ subject: askSubject(requester, address), body: JSON.stringify(body.right), msgId: newId() });
};
