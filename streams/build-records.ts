/**
 * Builds in the log, as values: what was asked of builders, and what they said. Total, as records.ts is, and with the same
 * rule: who asked for which build and which builder speaks come from the subject; a body that says otherwise is not ours.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type BuildAddress, parseBuildRequest, parseBuildResponse } from "../lib/contract/build-address.ts";
import { BuildEvent } from "../lib/contract/build-event.ts";
import type { Requester } from "../lib/contract/names.ts";
import type { InputOf } from "../lib/contract/route.ts";
import { type build, buildBody } from "../lib/contract/routes/build.ts";
import type { BuildStatus, RequestId } from "../lib/contract/values.ts";
import { implicitId } from "../lib/router/implicit-id.ts";
import type { Stored } from "../lib/router/ports.ts";
import { idIn, type Place, parseJson } from "./records.ts";

export type BuildOrder = InputOf<typeof build>;

export interface BuildRequestRecord extends Place {
  readonly kind: "build";
  readonly requester: Requester;
  readonly address: BuildAddress;
  /** The body's id, or the one that builders give to a request without one. */
  readonly id: RequestId;
  /** Left: why the body is no such request; builders reject it for the same reason. */
  readonly body: Either<string, BuildOrder>;
}

export interface BuildResponseRecord extends Place {
  readonly builder: Requester;
  readonly status: BuildStatus;
  readonly event: BuildEvent;
}

/** `build` is no tier, so whatever stands there is no deployment's, readable or not: who reads deployments leaves it out. */
export const isOfBuilds = (subject: string): boolean => /^hd\.(?:res|req\.[^.]+)\.build\./.test(subject);

/** A build has ended when its last record has one of these. */
export const isBuildEnd = (status: BuildStatus): boolean => status !== "accepted" && status !== "started";

/** `undefined`: the record asks for no build. */
export const readBuildRequest = ({ seq, atMs, subject, body: text }: Stored): BuildRequestRecord | undefined => {
  const stored = parseBuildRequest(subject);
  if (stored === undefined) return undefined;
  const { requester, repo, target } = stored;
  const json = parseJson(text);
  const decoded = isLeft(json) ? left([json.left]) : buildBody(json.right);
  const body = isLeft(decoded) ? left(decoded.left.join(". ")) : decoded;
  return {
    kind: "build",
    seq,
    atMs,
    requester,
    address: { repo, target },
    id: idIn(json) ?? implicitId(seq, atMs),
    body,
  };
};

/** Left: why it is not what a builder said. */
export const readBuildResponse = ({ seq, atMs, subject, body }: Stored): Either<string, BuildResponseRecord> => {
  const stored = parseBuildResponse(subject);
  if (stored === undefined) return left("the subject is none of a builder's");
  const json = parseJson(body);
  if (isLeft(json)) return json;
  const decoded = BuildEvent.lenient(json.right);
  if (isLeft(decoded)) return left(decoded.left.join(". "));
  const { builder, status } = decoded.right;
  if (builder !== stored.builder || status !== stored.status)
    return left(`the body says ${builder} ${status}, the subject ${stored.builder} ${stored.status}`);
  return right({ seq, atMs, ...stored, event: decoded.right });
};

/** The responses to this very request; another one with the same id has another sequence. */
export const isResponseTo = (
  { event }: BuildResponseRecord,
  { id, seq }: Pick<BuildRequestRecord, "id" | "seq">,
): boolean => event.id === id && event.request_seq === seq;
