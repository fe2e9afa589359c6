/**
 * From a delivery to what is to be built, or why it is refused. The subject is the authority: it says who asks for what, and a
 * body that says otherwise is refused rather than heeded.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { buildHost, type StoredBuild, shortBuild } from "../lib/contract/build-address.ts";
import type { BuildRepo } from "../lib/contract/builder-options.ts";
import { read } from "../lib/contract/codec.ts";
import { distance } from "../lib/contract/distance.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { type HostName, type Requester, unnamed } from "../lib/contract/names.ts";
import type { InputOf } from "../lib/contract/route.ts";
import { type build, buildBody } from "../lib/contract/routes/build.ts";
import { instant, type Proof, ReplyTo, RequestId, Revision } from "../lib/contract/values.ts";
import { implicitId } from "../lib/router/implicit-id.ts";
import type { Delivery } from "../lib/router/ports.ts";

type Input = InputOf<typeof build>;

/** Where a request comes from, and what could be read of it: as much as the record of its refusal says. */
export interface BuildOrigin extends StoredBuild {
  readonly seq: number;
  readonly id: RequestId;
  readonly proof: Proof;
  readonly atMs: number;
  readonly attempt: number;
  readonly replyTo: ReplyTo | undefined;
  readonly revision: Revision | undefined;
}

export interface BuildOrder extends BuildOrigin {
  readonly revision: Revision;
  /** Of all the hosts only these; `undefined`: as many as the target says. */
  readonly hosts: readonly HostName[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const wanted = "send an object with at least a revision";

const fieldsOf = (body: string): Either<Failure, Fields> => {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return right(value);
    return left(failure("invalid_request", `The body is JSON but not an object; ${wanted}.`));
  } catch {
    return left(failure("invalid_request", `The body is not JSON; ${wanted}.`));
  }
};

/** NATS vouches for the name in the subject, and for nobody where there is none. */
const proofOf = (requester: Requester): Proof => (requester === unnamed ? "unnamed" : "named");

export const originOf = (asked: StoredBuild, { seq, atMs, attempt, body }: Delivery): BuildOrigin => {
  const parsed = fieldsOf(body);
  const fields = isLeft(parsed) ? {} : parsed.right;
  return {
    ...{ ...asked, seq, atMs, attempt },
    id: read(RequestId, fields["id"]) ?? implicitId(seq, atMs),
    proof: proofOf(asked.requester),
    replyTo: read(ReplyTo, fields["reply_to"]),
    revision: read(Revision, fields["revision"] ?? fields["branch"]),
  };
};

const inputOf = (body: string): Either<Failure, Input> => {
  const fields = fieldsOf(body);
  if (isLeft(fields)) return fields;
  const input = buildBody(fields.right);
  if (!isLeft(input)) return input;
  const onlyRevision = input.left.every((reason) => reason.startsWith("revision: must"));
  return left(
    failure(onlyRevision ? "invalid_revision" : "invalid_request", `The request is refused. ${input.left.join(". ")}.`),
  );
};

export interface OrderEnv {
  readonly builder: Requester;
  readonly repos: readonly BuildRepo[];
  readonly queueMs: number;
  /** By the log's clock, which is never behind what it has stored. */
  readonly logNow: () => number;
}

/** The nearest first; at most as many as anyone reads. */
export const nearestNames = (word: string, names: readonly string[], most: number): readonly string[] =>
  names
    .map((name) => ({ name, off: distance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.off - b.off || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);

type Against = Failure<"invalid_request" | "expired"> | undefined;

const disagrees = (origin: BuildOrigin, { repo, target, hosts }: Input): Against => {
  const where = shortBuild(origin);
  if ((repo ?? origin.repo) !== origin.repo || (target ?? origin.target) !== origin.target) {
    const said = `${repo ?? origin.repo}/${target ?? origin.target}`;
    return failure("invalid_request", `The request stands on the subject of ${where}, and its body says ${said}.`);
  }
  return hosts !== undefined && buildHost(origin) !== undefined
    ? failure("invalid_request", `The request is for ${where} alone, and its body names hosts: ask for all with them.`)
    : undefined;
};

const unknownRepo = ({ repo }: BuildOrigin, { builder, repos }: OrderEnv): Against => {
  if (repos.some(({ name }) => name === repo)) return undefined;
  const names = repos.map(({ name }) => name);
  return failure(
    "invalid_request",
    `${builder} builds nothing from a repository called ${repo}; it knows ${nearestNames(repo, names, 10).join(", ")}.`,
  );
};

const expired = ({ atMs, id }: BuildOrigin, { expires_at }: Input, { logNow, queueMs }: OrderEnv): Against => {
  const expiry = expires_at ?? instant(atMs + queueMs);
  if (Math.max(logNow(), atMs) <= Date.parse(expiry)) return undefined;
  return failure(
    "expired",
    `Request ${id} expired at ${expiry}, before a builder read it. Nothing was built; ask again if it is still wanted.`,
  );
};

/** `begun`: it was accepted before, so that its time to wait is over in any case. */
export const orderOf = (
  origin: BuildOrigin,
  body: string,
  env: OrderEnv,
  begun: boolean,
): Either<Failure, BuildOrder> => {
  const input = inputOf(body);
  if (isLeft(input)) return input;
  const against =
    disagrees(origin, input.right) ??
    unknownRepo(origin, env) ??
    (begun ? undefined : expired(origin, input.right, env));
  const { revision, hosts } = input.right;
  return against === undefined ? right({ ...origin, revision, hosts }) : left(against);
};
