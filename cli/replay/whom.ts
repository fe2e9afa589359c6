/** Whom a replay is for: the very address again, other targets, or some of its hosts one by one. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { commitsOf, type Outcome, outcomesOf } from "../../streams/outcome.ts";
import { advance, expecting, type HostStates } from "../../streams/progress.ts";
import { hostsAt } from "../../streams/roster.ts";
import type { Shown } from "../../streams/show.ts";
import { names } from "../print/names.ts";
import { alone } from "../work/alone.ts";
import { type Meant, meantBy } from "../work/targets.ts";

export interface Choice {
  /** Only its hosts of which one of these can be said; empty: all. */
  readonly only: readonly Outcome[];
  /** Other targets; empty: its own. */
  readonly to: readonly Address[];
  /** With the revision as it was asked for, to be resolved anew. */
  readonly asOfBranch: boolean;
}

/** What is known where a replay is planned. */
export interface Setting {
  readonly enrolled: readonly Enrolled[];
  /** The options of the connection, for commands that are printed. */
  readonly repeated: string;
}

export interface Whom {
  readonly meant: readonly Meant[];
  /** What a person would not expect, a line each. */
  readonly remarks: readonly string[];
}

const nobody = ({ request: { id } }: Shown, only: readonly Outcome[], why: string, repeated: string): Failure =>
  failure(
    "invalid_request",
    `Nothing was sent: no host of request ${id} is ${only.join(" or ")}${why}. See what came of it: hd show ${id}${repeated}`,
  );

const verb = (hosts: readonly string[], one: string, more: string): string => (hosts.length === 1 ? one : more);

const notMeant = (gone: readonly HostName[], atIt: readonly HostName[]): readonly string[] => [
  ...(gone.length === 0 ? [] : [`${names(gone)} ${verb(gone, "is", "are")} not enrolled any more, so left out`]),
  ...(atIt.length === 0 ? [] : [`${names(atIt)} ${verb(atIt, "is", "are")} still at it, so left out`]),
];

/** Also hosts that the address does not mean any more. */
const statesOf = ({ request, responses }: Shown, enrolled: readonly Enrolled[]): HostStates =>
  responses.reduce(advance, expecting(hostsAt(enrolled, request.address)));

const some = (shown: Shown, only: readonly Outcome[], { enrolled, repeated }: Setting): Either<Failure, Whom> => {
  const states = [...statesOf(shown, enrolled)];
  const wanted = states.filter(([, state]) => outcomesOf(state).some((outcome) => only.includes(outcome)));
  const hosts = wanted.flatMap(([host]) => enrolled.filter(({ hostname }) => hostname === host));
  const gone = wanted.map(([host]) => host).filter((host) => !hosts.some(({ hostname }) => hostname === host));
  const atIt = states.filter(([, { kind }]) => kind === "running").map(([host]) => host);
  const remarks = notMeant(gone, atIt);
  if (hosts.length === 0) return left(nobody(shown, only, remarks.map((one) => `; ${one}`).join(""), repeated));
  const meant = alone(hosts, enrolled);
  return isLeft(meant) ? meant : right({ meant: meant.right, remarks });
};

const eachItsOwn = (shown: Shown, hosts: readonly Enrolled[]): readonly string[] => {
  const commits = commitsOf(shown.responses);
  const resolved = hosts.flatMap(({ hostname }) => {
    const commit = commits.get(hostname);
    return commit === undefined ? [] : [`${hostname} ${commit.slice(0, 7)}`];
  });
  return [`its hosts resolved the revision to different commits (${names(resolved)}), so each is asked alone`];
};

/** One request for all, unless they resolved the revision to different commits. */
const all = (shown: Shown, asOfBranch: boolean, { enrolled, repeated }: Setting): Either<Failure, Whom> => {
  const meant = meantBy([shown.request.address], enrolled, repeated);
  if (isLeft(meant)) return meant;
  const hosts = hostsAt(enrolled, shown.request.address);
  const commits = commitsOf(shown.responses);
  const different = new Set(hosts.flatMap(({ hostname }) => commits.get(hostname) ?? []));
  if (asOfBranch || different.size < 2) return right({ meant: meant.right, remarks: [] });
  const each = alone(hosts, enrolled);
  return isLeft(each) ? each : right({ meant: each.right, remarks: eachItsOwn(shown, hosts) });
};

export const whom = (shown: Shown, { only, to, asOfBranch }: Choice, setting: Setting): Either<Failure, Whom> => {
  if (only.length > 0) return some(shown, only, setting);
  if (to.length === 0) return all(shown, asOfBranch, setting);
  const meant = meantBy(to, setting.enrolled, setting.repeated);
  return isLeft(meant) ? meant : right({ meant: meant.right, remarks: [] });
};
