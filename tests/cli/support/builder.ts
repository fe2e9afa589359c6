/** A builder as a test tells it: it answers what is asked of it with the records that are chosen for it, by the contract alone. */

import { right } from "fp-ts/lib/TaskEither.js";
import { parseBuildRequest } from "../../../lib/contract/build-address.ts";
import type { BuildEvent, BuiltHost } from "../../../lib/contract/build-event.ts";
import type { FailureCode } from "../../../lib/contract/failure.ts";
import { BuildTarget, Repo } from "../../../lib/contract/names.ts";
import type { Bus, ServicePlace } from "../../../lib/router/ports.ts";
import { commit, fit, hostName, requester, storePath } from "../../support/fixtures.ts";
import type { MemoryLog } from "../../support/memory-bus.ts";
import { errorCode, id, store } from "./fleet.ts";

type Said = Partial<BuildEvent> & Pick<BuildEvent, "status">;

export const built = (name: string, changes: Partial<BuiltHost> = {}): BuiltHost => ({
  ...{ host: hostName(name), outcome: "built", closure: storePath(`nixos-system-${name}`), elapsed_ms: 4_200 },
  ...changes,
});

export const notBuilt = (name: string, changes: Partial<BuiltHost> = {}): BuiltHost => ({
  ...{ host: hostName(name), outcome: "failed", error: errorCode("build_failed"), elapsed_ms: 1_500 },
  message: "error: attribute 'nginxx' missing",
  ...changes,
});

export const accepted: Said = { status: "accepted", message: "forge takes it" };

export const resolving: Said = { status: "started", phase: "resolve", message: "asking the remote what main is" };

export const building = (total: number): Said => ({
  ...{ status: "started", phase: "build", message: `${total} hosts are to be built`, total },
  commit: commit("3"),
});

export const done = (host: BuiltHost, changes: Partial<BuildEvent> = {}): Said => ({
  ...{ status: "started", phase: "build", host, message: `${host.host} is ${host.outcome}`, ...changes },
});

/** The ending that follows from what became of the hosts. */
export const ended = (...results: readonly BuiltHost[]): Said => {
  const failed = results.filter(({ outcome }) => outcome !== "built").length;
  const counts = { total: results.length, built: results.length - failed, failed };
  const common = { results, commit: commit("3"), elapsed_ms: 9_000, ...counts };
  return failed === 0
    ? { status: "completed", message: `${results.length} of ${results.length} hosts are built`, ...common }
    : {
        status: "failed",
        error: errorCode("build_failed"),
        message: `${failed} of ${results.length} hosts failed`,
        ...common,
      };
};

export const refusedBuild = (code: FailureCode, message: string): Said => ({
  ...{ status: "rejected", error: errorCode(code), message },
});

export const buildEvent = (said: Said, seq = 1, changes: Partial<BuildEvent> = {}): BuildEvent => ({
  ...{ builder: requester("forge"), repo: fit(Repo, "nixos"), target: fit(BuildTarget, "all") },
  ...{ error: null, message: said.status, id, request_seq: seq, requester: requester("alice") },
  ...said,
  ...changes,
});

export const storeBuild = (log: MemoryLog, event: BuildEvent) =>
  store(log, `hd.res.build.${event.builder}.${event.status}`, event);

/** Answers each request that is appended from now on with these, in order. `answered`: all that was asked until now. */
export const serveBuilds = async (
  log: MemoryLog,
  choose: (target: string, body: { readonly hosts?: readonly string[] }) => readonly Said[],
): Promise<{ readonly answered: () => Promise<void> }> => {
  const answer = async (subject: string, body: string): Promise<void> => {
    const asked = parseBuildRequest(subject);
    const request = JSON.parse(body);
    // The live copy comes first.
    await new Promise(setImmediate);
    const stored = log.records.find((one) => one.body.includes(request.id));
    if (asked === undefined || stored === undefined) return;
    for (const said of choose(asked.target, request))
      await storeBuild(log, buildEvent(said, stored.seq, { id: request.id, repo: asked.repo, target: asked.target }));
  };
  const answers: Promise<void>[] = [];
  await log.bus().live.subscribe("hd.req.*.build.>", ({ subject, body }) => void answers.push(answer(subject, body)));
  return { answered: async () => void (await Promise.all(answers)) };
};

/** A bus on which builders are so. `undefined`: there is no place for them. */
export const withBuilders =
  (place: ServicePlace | undefined) =>
  (bus: Bus): Bus => ({ ...bus, builder: () => right(place) });

export const free: ServicePlace = { present: true, pending: 0 };
