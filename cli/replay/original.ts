/** The request that is to be replayed, with what came of it; one that cannot be is refused with the reason. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Enrolled, LogReader } from "../../lib/router/ports.ts";
import { type Shown, show } from "../../streams/show.ts";
import { notDeployment } from "../work/not-deployment.ts";
import { notFound } from "../work/not-found.ts";

export interface Original {
  readonly shown: Shown;
  readonly input: InputOf<typeof deploy>;
}

const unreadable = (id: RequestId, why: string): Failure =>
  failure("invalid_request", `Request ${id} cannot be read, so it cannot be replayed: ${why}.`);

export const original = async (
  log: LogReader,
  enrolled: readonly Enrolled[],
  id: RequestId,
  repeated: string,
): Promise<Either<Failure, Original>> => {
  const shown = await show(log, enrolled, id)();
  if (isLeft(shown)) return shown;
  if (shown.right === undefined) return left(notFound(id, repeated));
  const { request } = shown.right;
  const refused = notDeployment(request, repeated);
  if (refused !== undefined) return left(refused);
  if (isLeft(request.body)) return left(unreadable(id, request.body.left));
  const { route, input } = request.body.right;
  return route === "deploy" ? right({ shown: shown.right, input }) : left(unreadable(id, `it is a ${route}`));
};
