/** What stands in the log of builds: a request to a builder, and what a builder says. Neither is about what a host runs. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import {
  parseBuildRequest,
  parseBuildResponse,
  type StoredBuild,
  type StoredBuildResponse,
} from "../lib/contract/build-address.ts";
import { BuildEvent } from "../lib/contract/build-event.ts";
import type { InputOf } from "../lib/contract/route.ts";
import { type build, buildBody } from "../lib/contract/routes/build.ts";
import type { RequestId } from "../lib/contract/values.ts";

export interface BuildRequest extends StoredBuild {
  readonly kind: "build request";
  /** The body's id, or the one that builders give to a request without one. */
  readonly id: RequestId;
  /** Left: why the body is no such request; builders reject it for the same reason. */
  readonly body: Either<string, InputOf<typeof build>>;
}

export interface BuildResponse extends StoredBuildResponse {
  readonly kind: "build response";
  readonly event: BuildEvent;
}

/** `undefined`: the subject is none of a request to a builder. */
export const readBuildRequest = (
  subject: string,
  json: Either<string, unknown>,
  id: RequestId,
): BuildRequest | undefined => {
  const stored = parseBuildRequest(subject);
  if (stored === undefined) return undefined;
  const decoded = isLeft(json) ? left([json.left]) : buildBody(json.right);
  return { kind: "build request", ...stored, id, body: isLeft(decoded) ? left(decoded.left.join(". ")) : decoded };
};

/** `undefined`: the subject is none of a builder's. Left: why the body is not what a builder says there. */
export const readBuildResponse = (
  subject: string,
  json: Either<string, unknown>,
): Either<string, BuildResponse> | undefined => {
  const stored = parseBuildResponse(subject);
  if (stored === undefined) return undefined;
  if (isLeft(json)) return json;
  const decoded = BuildEvent.lenient(json.right);
  if (isLeft(decoded)) return left(decoded.left.join(". "));
  const { builder, status } = decoded.right;
  if (builder !== stored.builder || status !== stored.status)
    return left(`the body says ${builder} ${status}, the subject ${stored.builder} ${stored.status}`);
  return right({ kind: "build response", ...stored, event: decoded.right });
};
