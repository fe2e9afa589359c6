/**
 * Since when no deployment succeeded on a host: a trial is none, and what was rolled back neither. A host that never had one
 * counts from the first request that it accepted; one that never did is not known to the log at all.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { effectOf } from "../host-state.ts";
import { completionsBack, remembered } from "./completions.ts";
import {
  type Ask,
  asked,
  eachHost,
  type Lack,
  type LackLog,
  type Lacks,
  type Newest,
  responseIn,
  statuses,
} from "./lacks.ts";

type Answer = Promise<Either<Failure, Lack | undefined>>;

const successIn = (stored: Stored): Lack | undefined => {
  const by = responseIn(stored);
  return by !== undefined && effectOf(by)?.kind === "put" ? { sinceMs: by.atMs, by } : undefined;
};

const lastSuccess = async (log: LackLog, host: HostName, newest: Stored): Answer => {
  let found: Lack | undefined;
  const walked = await completionsBack(log, host, newest, (stored) => {
    found = successIn(stored);
    return found === undefined;
  });
  return isLeft(walked) ? walked : right(found);
};

const firstAnswer = async (log: LackLog, host: HostName): Answer => {
  let first: Stored | undefined;
  for (const status of statuses) {
    const stored = await log.next(1, `hd.res.*.${host}.${status}`)();
    if (isLeft(stored)) return stored;
    if (stored.right !== undefined && stored.right.seq < (first?.seq ?? Number.POSITIVE_INFINITY)) first = stored.right;
  }
  return right(first && { sinceMs: first.atMs });
};

const undeployedSince = async (log: LackLog, host: HostName, { completed }: Newest): Answer => {
  const success = completed === undefined ? right(undefined) : await lastSuccess(log, host, completed);
  return isLeft(success) || success.right !== undefined ? success : firstAnswer(log, host);
};

export const undeployedIn = (log: LackLog, newest: Ask<ReadonlyMap<HostName, Newest>>): Ask<Lacks> => {
  const keep = remembered();
  return asked(async (upTo) => {
    const hosts = await newest(upTo);
    if (isLeft(hosts)) return hosts;
    return eachHost(hosts.right, (host, of) =>
      keep(host, `${of.completed?.seq ?? 0}`, () => undeployedSince(log, host, of)),
    );
  });
};
