/**
 * Composes a listener that does nothing, for a rehearsal: the router, the handlers and what a host remembers are those of a
 * real one; the log, the engine and the deployments are recording ones. It keeps what hosts remember in a folder of its own,
 * which is gone afterwards. It names no adapter, so nothing of it can reach a server or start a process.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { Requester } from "../lib/contract/names.ts";
import type { StorePath } from "../lib/contract/values.ts";
import { type Freezes, freezesIn } from "../lib/host/freezes.ts";
import { messageIds } from "../lib/host/message-ids.ts";
import { makeStateDir, stateDir } from "../lib/host/state-dir.ts";
import { trustedKeysFile } from "../lib/host/trusted-keys-file.ts";
import { backlog } from "../lib/router/backlog.ts";
import { inHand } from "../lib/router/in-hand.ts";
import type { Logger } from "../lib/router/ports.ts";
import type { Fact, PlayedHost, Policy, Rehearse, RehearsedHost, Stage, Waits } from "../lib/router/rehearsal.ts";
import { serve } from "../lib/router/serve.ts";
import { dispatches } from "./dispatches.ts";
import type { Parts } from "./envs.ts";
import { deliveryTo, recordingEngine, recordingLog } from "./recording.ts";
import { type RehearsedWork, rehearsedWork } from "./rehearsed-work.ts";
import { type Checks, vouchingOf } from "./vouching.ts";

/** What of the world a rehearsal needs: real cryptography. */
export type RehearsalPorts = Pick<Checks, "isKey" | "verify">;

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The settings of a job that is never started. */
const optionsOf = (
  { host }: PlayedHost,
  { trustedKeysFile: path, queueMs }: Policy,
  root: string,
): ListenerOptions => ({
  host,
  servers: ["rehearsal"],
  trustedKeysFile: path,
  flakeUrl: "rehearsal",
  timeoutMs: 0,
  deadlines: { resolveMs: 0, buildMs: 0, activateMs: 0, verifyMs: 0, confirmMs: 0 },
  healthChecks: [],
  rollback: true,
  frozen: undefined,
  queueMs,
  deploySubjects: [],
  discoverSubject: "rehearsal",
  heartbeatMs: 0,
  presenceMs: 0,
  stateDir: root,
  metrics: undefined,
  engine: "simulated",
  debug: false,
  version: "0",
});

interface Backstage {
  readonly policy: Policy;
  readonly ports: RehearsalPorts;
  /** By which every host judges. */
  readonly clock: { nowMs: number };
}

const partsOf = (
  { policy, ports, clock }: Backstage,
  played: PlayedHost,
  root: string,
): Either<Failure, Omit<Parts, "deployments" | "engine" | "log">> => {
  const options = optionsOf(played, policy, root);
  const now = (): number => clock.nowMs;
  const vouching = vouchingOf(options, { ...ports, logger: silent, now });
  if (isLeft(vouching)) return vouching;
  const { addresses, host } = played;
  return right({
    options,
    expansion: { addresses, skipped: [] },
    clock: { now },
    freezes: freezesIn({ root, addresses, now }),
    ids: messageIds(host.hostname, Buffer.alloc(32)),
    // Nothing of a rehearsal has to outlive a power loss.
    vouching: { ...vouching.right, remembered: TE.right(undefined) },
  });
};

/** Older than whatever the record holds, so that it can be lifted. */
const frozenBefore = async (freezes: Freezes, { frozen }: Policy): Promise<Either<Failure, void>> => {
  const by = "rehearsal" as Requester;
  for (const address of frozen) {
    const kept = await freezes.keep({ address, frozen: true, by, seq: 1, at_ms: 0, reason: "to try it" })();
    if (isLeft(kept)) return kept;
  }
  return right(undefined);
};

const telling = (work: RehearsedWork, runs: (closure: StorePath | undefined) => void) => (fact: Fact) => {
  switch (fact.kind) {
    case "under way":
      return work.underWay(fact.event);
    case "activating":
      return work.activating(fact.requestSeq);
    case "ended":
      return work.ended(fact.requestSeq);
    case "runs":
      return runs(fact.closure);
  }
};

const hostOn = async (
  backstage: Backstage,
  played: PlayedHost,
  root: string,
  waits: Waits,
): Promise<Either<Failure, RehearsedHost>> => {
  const dir = stateDir(root);
  await makeStateDir(dir);
  let running: StorePath | undefined;
  const [work, recording, tasks] = [rehearsedWork(played, dir.open), recordingLog(), inHand()];
  const made = partsOf(backstage, played, root);
  if (isLeft(made)) return made;
  const { log } = recording;
  const { freezes, ids, vouching, clock } = made.right;
  const bound: Freezes = { ...freezes, keep: (one) => (work.binds() ? freezes.keep(one) : TE.right(undefined)) };
  const recorded = { log, engine: recordingEngine(() => running), deployments: work };
  const parts: Parts = { ...made.right, ...recorded, freezes: bound };
  const frozen = await frozenBefore(freezes, backstage.policy);
  if (isLeft(frozen)) return frozen;
  const live = { publish: () => undefined };
  const find = dispatches(parts, waits);
  const served = { host: played.host, simulated: true, find, vouch: vouching.vouch, log, ids, live };
  const { take } = backlog({ serve: serve({ ...served, logger: silent, now: clock.now }), track: tasks.add });
  return right({
    judge: async (request, reading) => {
      backstage.clock.nowMs = reading.atMs;
      recording.clear();
      await work.during(reading, async () => {
        take(deliveryTo(recording, request));
        await tasks.settled();
      });
      return recording.answer();
    },
    tell: telling(work, (closure) => {
      running = closure;
    }),
  });
};

/** Tells of a policy that cannot be used before anything is judged by it. */
const usable = ({ policy: { trustedKeysFile: path }, ports }: Backstage): Either<Failure, void> => {
  const trusted = path === undefined ? undefined : trustedKeysFile(path, ports.isKey)();
  return trusted !== undefined && isLeft(trusted) ? left(failure("unusable_key", trusted.left)) : right(undefined);
};

const stageIn = (root: string, backstage: Backstage): Stage => ({
  host: (played, waits) => async () =>
    hostOn(backstage, played, join(root, `${played.host.tier}.${played.host.hostname}`), waits),
  close: () => rm(root, { recursive: true, force: true }),
});

export const rehearsal =
  (ports: RehearsalPorts): Rehearse =>
  (policy) =>
  async () => {
    const backstage = { policy, ports, clock: { nowMs: 0 } };
    const checked = usable(backstage);
    if (isLeft(checked)) return checked;
    try {
      return right(stageIn(await mkdtemp(join(tmpdir(), "hd-rehearsal-")), backstage));
    } catch (thrown) {
      return left(failure("internal", `There is no room for a rehearsal in ${tmpdir()}: ${causeOf(thrown)}.`));
    }
  };
