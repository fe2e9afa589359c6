/**
 * The subjects of builds, which are made and taken apart only here. `build.<repo>.<target>` is kept by the log as
 * `hd.req.<requester>.build.<repo>.<target>`; `build` is no tier, so nothing that is a deployment's matches it. The subject
 * is the authority: a body that names another repository or target does not move a build there.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { read } from "./codec.ts";
import { BuildTarget, HostName, Repo, Requester } from "./names.ts";
import { plain } from "./plain.ts";
import { BuildStatus } from "./values.ts";

/** What is to be built: a host of a repository, or all that it configures. */
export interface BuildAddress {
  readonly repo: Repo;
  readonly target: BuildTarget;
}

/** The host that is to be built; `undefined`: all of them. */
export const buildHost = ({ target }: Pick<BuildAddress, "target">): HostName | undefined => read(HostName, target);

const addressOf = (repo: string | undefined, target: string | undefined): BuildAddress | undefined => {
  const [named, wanted] = [read(Repo, repo), read(BuildTarget, target)];
  return named === undefined || wanted === undefined ? undefined : { repo: named, target: wanted };
};

/** The subject that a client publishes on which knows nothing of the log. */
export const buildSubject = ({ repo, target }: BuildAddress): string => `build.${repo}.${target}`;

/** `nixos/web1`, `nixos/all`: what a person types and reads. */
export const shortBuild = ({ repo, target }: BuildAddress): string => `${repo}/${target}`;

/** Left: the sentence that says what can be written. */
export const parseBuild = (text: string): Either<string, BuildAddress> => {
  const [repo, target, ...more] = (text.startsWith("build.") ? text.slice("build.".length) : text).split(/[./]/);
  const address = more.length === 0 ? addressOf(repo, target) : undefined;
  if (address !== undefined) return right(address);
  return left(
    `"${plain(text, 80)}" is nothing to build; write a repository and one of its hosts such as nixos/web1, or nixos/all, or a subject such as build.nixos.web1`,
  );
};

/** Where the log keeps the request; permissions on its third token prove the requester. */
export const buildRequestSubject = (requester: Requester, { repo, target }: BuildAddress): string =>
  `hd.req.${requester}.build.${repo}.${target}`;

/** All that is asked of builders, whoever asks: the filter of the consumer that they share. */
export const buildRequests = "hd.req.*.build.>";

/** All that one requester may ask of builders. */
export const buildRequestsOf = (requester: Requester): string => `hd.req.${requester}.build.*.*`;

export interface StoredBuild extends BuildAddress {
  readonly requester: Requester;
}

/** Who asked for which build, from the subject of a stored request; `undefined` for any other subject. */
export const parseBuildRequest = (subject: string): StoredBuild | undefined => {
  const [hd, req, who, build, repo, target, ...more] = subject.split(".");
  if (hd !== "hd" || req !== "req" || build !== "build" || more.length > 0) return undefined;
  const [requester, address] = [read(Requester, who), addressOf(repo, target)];
  return requester === undefined || address === undefined ? undefined : { requester, ...address };
};

/** Where the log keeps what a builder says; only that builder may publish there. */
export const buildResponseSubject = (builder: Requester, status: BuildStatus): string =>
  `hd.res.build.${builder}.${status}`;

/** All that one builder says, or every one of them. */
export const buildResponsesOf = (builder: Requester | "*"): string => `hd.res.build.${builder}.*`;

export interface StoredBuildResponse {
  readonly builder: Requester;
  readonly status: BuildStatus;
}

/** Which builder speaks and how, from the subject of a stored response; `undefined` for any other subject. */
export const parseBuildResponse = (subject: string): StoredBuildResponse | undefined => {
  const [hd, res, build, who, how, ...more] = subject.split(".");
  if (hd !== "hd" || res !== "res" || build !== "build" || more.length > 0) return undefined;
  const [builder, status] = [read(Requester, who), read(BuildStatus, how)];
  return builder === undefined || status === undefined ? undefined : { builder, status };
};
