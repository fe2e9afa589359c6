/**
 * The product's listener with two parts exchanged: a job that ends at once, and, if asked for, a host that takes every
 * request at a time where a real one has room for one. Connection, router, handler, journal and forwarder are the real ones.
 */

import { appendFileSync } from "node:fs";
import { type DeployEnv, handleDeploy } from "../../handlers/deploy.ts";
import { serviceLogger } from "../../handlers/logger.ts";
import { vouchingOf } from "../../handlers/vouching.ts";
import { requestFilter } from "../../lib/contract/address.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { answeredBefore } from "../../lib/host/answered.ts";
import { decisionOf } from "../../lib/host/decision.ts";
import { type Deployments, deployments, type Launch } from "../../lib/host/deployments.ts";
import { eventOf, factsOf } from "../../lib/host/facts.ts";
import type { Forwarding } from "../../lib/host/forward.ts";
import { freezesIn } from "../../lib/host/freezes.ts";
import { journalFile } from "../../lib/host/journal.ts";
import { hostSecret, messageIds } from "../../lib/host/message-ids.ts";
import { makeStateDir, stateDir } from "../../lib/host/state-dir.ts";
import { machineTime } from "../../lib/host/time.ts";
import { connectListener, type ListenerBusOptions } from "../../lib/nats/listener-bus.ts";
import { isUserKey, verifier } from "../../lib/nats/verify.ts";
import { processes } from "../../lib/nix/process-identity.ts";
import { dispatch } from "../../lib/router/dispatch.ts";
import { serve } from "../../lib/router/serve.ts";
import { table } from "../../lib/router/table.ts";
import { addresses, host } from "../support/names.ts";
import { rightOf } from "../support/right-of.ts";
import { unsignedListener } from "../support/unsigned.ts";

export interface BenchListenerOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly stateDir: string;
  readonly room: "one" | "all";
  /** Signatures are asked for, by these keys. */
  readonly trustedKeysFile?: string;
  readonly unsigned?: boolean;
}

/** Its whole work is the last line of its journal. That a job waits for the disk with each is its cost, not the listener's. */
const launchNothing =
  (dir: string): Launch =>
  (order) =>
  async () => {
    const step = { status: "completed", phase: null, message: "nothing to do" } as const;
    appendFileSync(journalFile(dir, order.id), `${JSON.stringify(eventOf(factsOf(order), order, step, Date.now()))}\n`);
    return { _tag: "Right", right: undefined };
  };

/** A set of deployments for each request: none finds another that is under way. */
const roomForAll = (one: () => Deployments): Pick<Deployments, "reserve" | "takenAs"> => ({
  takenAs: one().takenAs,
  reserve: (order, accepted) => one().reserve(order, accepted),
});

const signedListener = async (joining: ListenerBusOptions) => rightOf(await connectListener(joining)());

const settings: DeployEnv["settings"] = {
  ...{ flake_url: "git+https://git.example.org/nixos", engine: "nixos", timeout_ms: 600_000, health_checks: [] },
  ...{ resolve_ms: 60_000, build_ms: 600_000, activate_ms: 600_000, verify_ms: 180_000, confirm_ms: 60_000 },
};

const main = async ({ url, keyFile, stateDir: root, room, ...rest }: BenchListenerOptions): Promise<void> => {
  const logger = serviceLogger({ hostname: host.hostname }, false);
  const dir = stateDir(root);
  await makeStateDir(dir);
  const ids = messageIds(host.hostname, await hostSecret(root));
  const joining = {
    servers: [url] as const,
    host,
    addresses,
    credentials: { kind: "nkey", file: keyFile } as const,
    logger,
  };
  const { log, live, work } = await (rest.unsigned === true ? unsignedListener : signedListener)(joining);
  const times = { now: Date.now, passedMs: machineTime.passedMs, heartbeatMs: 15_000, startGraceMs: 30_000 };
  const forwarding: Forwarding = { dir, host, log, ids, live, logger, processes, ...times };
  const fresh = () => deployments(forwarding, launchNothing(dir.open), new AbortController().signal);
  const taking = room === "all" ? roomForAll(fresh) : fresh();
  const trusting = { host, stateDir: root, trustedKeysFile: rest.trustedKeysFile };
  const checks = { isKey: isUserKey, verify: verifier(), logger, now: Date.now };
  const { vouch, remembered } = rightOf(vouchingOf(trusting, checks));
  const env: DeployEnv = {
    host,
    settings,
    now: Date.now,
    logNow: Date.now,
    queueMs: 3_600_000,
    rollback: true,
    decisionOf: (id) => decisionOf(dir.open, id),
    freezes: freezesIn({ root, addresses, now: Date.now }),
    deployments: taking,
    answeredBefore: answeredBefore({ host, takenAs: taking.takenAs, log }),
    remembered,
    current: async () => undefined,
  };
  const onDeploy = dispatch(deploy, handleDeploy, env);
  const find = table(addresses.map((one) => [requestFilter(one), onDeploy] as const));
  const handle = serve({ host, simulated: false, find, vouch, log, ids, live, logger, now: Date.now });
  rightOf(await work.start((delivery) => void handle(delivery))());
  console.log("listening");
};

await main(JSON.parse(process.argv[2] ?? ""));
