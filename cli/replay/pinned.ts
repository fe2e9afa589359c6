/**
 * Which revision each request of a replay asks for: the commit that its hosts resolved the first one to. Never a commit that no
 * host named, and never the branch unless that is asked for: a branch moves, and the same request would deploy something else.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import { read } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Commit, type Revision } from "../../lib/contract/values.ts";
import { commitsOf } from "../../streams/outcome.ts";
import type { Shown } from "../../streams/show.ts";
import { names } from "../print/names.ts";
import type { Meant } from "../work/targets.ts";
import type { Choice, Setting, Whom } from "./whom.ts";

export interface Pinned {
  readonly meant: Meant;
  readonly revision: string;
}

export interface Plan {
  readonly pinned: readonly Pinned[];
  readonly remarks: readonly string[];
}

interface Asked {
  readonly shown: Shown;
  /** As the first request names it. */
  readonly revision: Revision;
}

const unresolved = ({ shown: { request }, revision }: Asked, repeated: string): Failure => {
  const why = `no host has resolved ${revision} for request ${request.id}, so there is no commit to replay it with`;
  const next = `To have ${revision} resolved anew: hd replay ${request.id} --as-of-branch${repeated}`;
  return failure("invalid_request", `Nothing was sent: ${why}. ${next}`);
};

/** Other hosts than those that disagree cannot be told which of them is right. */
const ambiguous = (
  { shown, revision }: Asked,
  to: Choice["to"],
  commits: readonly Commit[],
  repeated: string,
): Failure => {
  const all = names(commits.map((commit) => commit.slice(0, 7)));
  const why = `the hosts of request ${shown.request.id} resolved ${revision} to different commits (${all})`;
  const places = to.map(shortAddress).join(" ");
  const next = `Choose the one that is meant: hd deploy ${places} --revision ${commits.at(-1)}${repeated}`;
  return failure("invalid_request", `Nothing was sent: ${why}. ${next}`);
};

/** The newest that was resolved stands for those that did not get so far. */
const fallback = ({ shown, revision }: Asked): Commit | undefined =>
  [...commitsOf(shown.responses).values()].at(-1) ?? read(Commit, revision);

/** Of hosts that are asked together all that resolved it agree. */
const own = ({ shown }: Asked, { hosts }: Meant): Commit | undefined => {
  const commits = commitsOf(shown.responses);
  return hosts.map(({ hostname }) => commits.get(hostname)).find((commit) => commit !== undefined);
};

/** Hosts that get a commit which they did not resolve themselves. */
const lacking = ({ shown }: Asked, all: readonly Pinned[]): readonly string[] => {
  const commits = commitsOf(shown.responses);
  if (commits.size === 0) return [];
  return [...new Set(all.map(({ revision }) => revision))].flatMap((revision) => {
    const same = all.filter((one) => one.revision === revision).flatMap(({ meant }) => meant.hosts);
    const hosts = same.map(({ hostname }) => hostname).filter((host) => !commits.has(host));
    const what = `${revision.slice(0, 7)} is what another host resolved it to`;
    return hosts.length === 0 ? [] : [`${names(hosts)} did not get so far as to resolve the revision: ${what}`];
  });
};

export const pinned = (
  asked: Asked,
  { meant, remarks }: Whom,
  { to, asOfBranch }: Choice,
  { repeated }: Setting,
): Either<Failure, Plan> => {
  if (asOfBranch) return right({ pinned: meant.map((one) => ({ meant: one, revision: asked.revision })), remarks });
  const newest = fallback(asked);
  if (newest === undefined) return left(unresolved(asked, repeated));
  const different = [...new Set(commitsOf(asked.shown.responses).values())];
  if (to.length > 0 && different.length > 1) return left(ambiguous(asked, to, different, repeated));
  const all = meant.map((one) => ({ meant: one, revision: own(asked, one) ?? newest }));
  return right({ pinned: all, remarks: to.length > 0 ? remarks : [...remarks, ...lacking(asked, all)] });
};
