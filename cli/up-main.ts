/**
 * Composes `hd up`: a nats-server with the real permissions, three listeners in processes of their own, and a flake in git,
 * all below one temporary folder; then the tour. Whatever ends it, it leaves no process and no folder behind.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import type { HostIdentity } from "../lib/contract/template.ts";
import { addressesOf } from "../lib/contract/template.ts";
import { liveJobs } from "../lib/host/live-jobs.ts";
import { newKey } from "../lib/nats/new-key.ts";
import { connectProvisioner } from "../lib/nats/provisioner.ts";
import { makeRepository, type Repository } from "../lib/nix/git-repository.ts";
import { nixPlace } from "../lib/nix/nix-access.ts";
import { nixSystem } from "../lib/nix/nix-system.ts";
import { startService } from "../lib/nix/process.ts";
import { endGroup } from "../lib/nix/process-group.ts";
import { processes } from "../lib/nix/process-identity.ts";
import { removeTree } from "../lib/nix/remove-tree.ts";
import { serverConf } from "../lib/server/conf.ts";
import { findServer } from "../lib/server/find.ts";
import { type RunningServer, startServer } from "../lib/server/start.ts";
import { applyStreams } from "../streams/apply.ts";
import { auditStream } from "../streams/audit.ts";
import { hostConsumer } from "../streams/host-consumer.ts";
import type { CliEnv } from "./env.ts";
import { exits } from "./exits.ts";
import { runCli } from "./run-cli.ts";
import { CannotStart, orThrow } from "./up/cannot-start.ts";
import { farewell, writeEnvironment } from "./up/farewell.ts";
import { playgroundFlake } from "./up/flake/playground-flake.ts";
import { fleet, player, provisioner, tiers } from "./up/fleet.ts";
import { keyFile, makeKeys, trustedKeysFile } from "./up/keys.ts";
import { listenerArgv } from "./up/listener-argv.ts";
import { type StartChild, startListener } from "./up/listeners.ts";
import { tour } from "./up/tour.ts";
import { type Until, untilStopped } from "./up/until-stopped.ts";
import { visitorOf, withoutSettings } from "./up/visitor.ts";

type Program = readonly [string, ...string[]];

interface Stage {
  readonly dir: string;
  readonly say: (line: string) => void;
  /** What has to be undone at the end, the newest first. */
  readonly undo: (task: () => Promise<void>) => void;
}

const startLog = async ({ dir, say, undo }: Stage): Promise<RunningServer> => {
  const found = orThrow(await findServer({ env: process.env, say }));
  const keys = await makeKeys(join(dir, "keys"), newKey);
  const config = serverConf({ jetstream: { syncInterval: "always" }, users: keys, tiers });
  const server = orThrow(await startServer({ binary: found.binary, config, dir: join(dir, "nats") }));
  undo(server.stop);
  say(`nats-server ${found.version} on ${server.url}, with an NKey for each of ${keys.length} identities`);
  return server;
};

const logBytes = 256 * 1024 * 1024;

const makeLog = async ({ dir, say }: Stage, url: string): Promise<void> => {
  const connection = {
    servers: [url] as const,
    requester: provisioner,
    credentials: { kind: "nkey", file: keyFile(join(dir, "keys"), provisioner) } as const,
    notice: say,
  };
  const port = orThrow(await connectProvisioner(connection)());
  const stream = auditStream({ replicas: 1, maxBytes: logBytes });
  const consumers = fleet.map((host) => hostConsumer(host.hostname, addressesOf(host)));
  const applied = await applyStreams(port, { stream, consumers }, { update: false })();
  await port.close();
  say(
    `the log ${stream.name}, with a consumer for each of ${orThrow(applied).filter(({ kind }) => kind === "consumer").length} hosts`,
  );
};

const makeFlake = async ({ dir, say }: Stage): Promise<Repository> => {
  const playground = { hosts: fleet.map(({ hostname }) => hostname), system: nixSystem() };
  const repository = orThrow(await makeRepository(join(dir, "flake"), playgroundFlake(playground))());
  say("a flake in git: v1, main (tagged v2), and a branch that does not build");
  return repository;
};

type Engine = "sandbox" | "simulated";

const chooseEngine = async ({ dir, say, undo }: Stage): Promise<Engine> => {
  const root = join(dir, "nix");
  undo(() => removeTree(root));
  const place = await nixPlace(root, process.env);
  if (isLeft(place)) {
    say(`simulated: ${place.left}, so a stand-in builds and switches; git, NATS, listeners, jobs and log are real`);
    return "simulated";
  }
  say(
    `Nix builds in ${place.right.access === "store" ? "the store of this machine" : "a store of its own"}, each host switches below a folder of its own`,
  );
  return "sandbox";
};

const graceMs = 10_000;

interface HostPlace {
  readonly url: string;
  readonly flakeUrl: string;
  readonly engine: Engine;
  readonly program: Program;
}

interface Raised {
  readonly ready: Promise<unknown>;
  /** Its listener first, then the job that outlives it. */
  readonly end: () => Promise<void>;
}

const raiseHost = ({ dir }: Stage, host: HostIdentity, place: HostPlace): Raised => {
  const root = join(dir, "hosts", host.hostname);
  const keys = join(dir, "keys");
  const files = { keyFile: keyFile(keys, host.hostname), trustedKeysFile: trustedKeysFile(keys), stateDir: root };
  const argv = listenerArgv(place.program, host, { ...place, ...files });
  const env = withoutSettings(process.env);
  const start: StartChild = (words, options) => startService(words, { ...options, env });
  const ready = startListener(start, argv, join(dir, `${host.hostname}.log`));
  const end = async (): Promise<void> => {
    const child = await ready.catch(() => undefined);
    await child?.stop(graceMs);
    for (const { pid } of await liveJobs(root, processes)) await endGroup(pid, graceMs);
  };
  return { ready, end };
};

interface Fleet {
  readonly url: string;
  readonly flakeFolder: string;
}

const raise = async (stage: Stage, program: Program): Promise<Fleet> => {
  const server = await startLog(stage);
  await makeLog(stage, server.url);
  const repository = await makeFlake(stage);
  const place = { url: server.url, flakeUrl: repository.url, engine: await chooseEngine(stage), program };
  const hosts = fleet.map((host) => raiseHost(stage, host, place));
  stage.undo(async () => {
    stage.say("ending listeners, their jobs, and nats-server");
    await Promise.all(hosts.map(({ end }) => end()));
  });
  await Promise.all(hosts.map(({ ready }) => ready));
  stage.say(`listeners of ${fleet.map(({ tier, hostname }) => `${tier}/${hostname}`).join(", ")}`);
  return { url: server.url, flakeFolder: repository.workTree };
};

const play = async (
  stage: Stage,
  until: Until,
  { once, program }: { once: boolean; program: Program },
): Promise<number> => {
  const raised = await raise(stage, program);
  const visitor = visitorOf(until, raised.url, keyFile(join(stage.dir, "keys"), player));
  const wrong = await tour(runCli, visitor, until.stopped);
  for (const clause of wrong) visitor.stderr.write(`\nNot as it should be: ${clause}.\n`);
  if (until.stopped()) return exits.interrupted;
  if (once) return wrong.length === 0 ? 0 : 1;
  visitor.stderr.write(farewell(await writeEnvironment(stage.dir, raised.url, program), raised.flakeFolder));
  await until.done;
  return wrong.length === 0 ? 0 : 1;
};

/** Resolves to an exit code: 0 when every host of the tour ended as it should. */
export const runUp = async (cli: CliEnv, { once, program }: { once: boolean; program: Program }): Promise<number> => {
  const until = untilStopped(cli);
  const dir = await mkdtemp(join(tmpdir(), "hd-up-")).catch(() => undefined);
  if (dir === undefined) {
    cli.stderr.write(`hd up: nothing can be written in ${tmpdir()}; name another folder with TMPDIR\n`);
    return exits.failed;
  }
  const tasks: (() => Promise<void>)[] = [() => removeTree(dir)];
  const say = (line: string) => cli.stderr.write(`  ${line}\n`);
  const stage: Stage = { dir, say, undo: (task) => void tasks.unshift(task) };
  try {
    return await play(stage, until, { once, program });
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    cli.stderr.write(`hd up: ${thrown.message}\n`);
    return thrown instanceof CannotStart ? thrown.exit : 1;
  } finally {
    for (const task of tasks) await task();
  }
};
