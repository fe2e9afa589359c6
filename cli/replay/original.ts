/** The request that is to be replayed, with what came of it; one that cannot be is refused with the reason. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import type { RequestRecord } from "../../streams/records.ts";
import { type SeekLog, seekRequest } from "../../streams/seek-request.ts";
import { type Shown, shownOf } from "../../streams/show.ts";
import { notDeployment } from "../work/not-deployment.ts";
import { notFound } from "../work/not-found.ts";

export interface Original {
  readonly shown: Shown;
  readonly input: InputOf<typeof deploy>;
}

const unreadable = (id: RequestId, why: string): Failure =>
  failure("invalid_request", `Request ${id} cannot be read, so it cannot be replayed: ${why}.`);

const inputIn = ({ id, body }: RequestRecord): Either<Failure, Original["input"]> => {
  if (isLeft(body)) return left(unreadable(id, body.left));
  const { route, input } = body.right;
  return route === "deploy" ? right(input) : left(unreadable(id, `it is a ${route}`));
};

export const original = async (
  log: SeekLog,
  enrolled: readonly Enrolled[],
  id: RequestId,
  repeated: string,
): Promise<Either<Failure, Original>> => {
  const sought = await seekRequest(log, id)();
  if (isLeft(sought)) return sought;
  const { request } = sought.right;
  if (request === undefined) return left(notFound(id, repeated, sought.right));
  const refused = notDeployment(request, repeated);
  if (refused !== undefined) return left(refused);
  const input = inputIn(request);
  if (isLeft(input)) return input;
  const shown = await shownOf(log, enrolled, request)();
  return isLeft(shown) ? shown : right({ shown: shown.right, input: input.right });
};
