/**
 * A whole fleet of real parts: nats-server with the permissions of a real one, listeners and commands as processes of the
 * bundle, the playground's flake in git, the simulated engine. `const fleet = await startFleet(test)`; it ends with the suite
 * and leaves nothing. What is asked of the log here is asked as an auditor, by a connection of its own.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import type { Test } from "uvu";
import { fleet as hosts, tiers } from "../../cli/up/fleet.ts";
import { listenerArgv } from "../../cli/up/listener-argv.ts";
import { parseTarget, requestSubject } from "../../lib/contract/address.ts";
import { unnamed } from "../../lib/contract/names.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import { isTerminal } from "../../lib/contract/values.ts";
import { liveJobs } from "../../lib/host/live-jobs.ts";
import type { Repository } from "../../lib/nix/git-repository.ts";
import { endGroup } from "../../lib/nix/process-group.ts";
import { processes } from "../../lib/nix/process-identity.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { ConsumerSettings } from "../../lib/router/provisioner.ts";
import { type Nudge, nudge } from "../../streams/nudge.ts";
import { type ResponseRecord, readRecord } from "../../streams/records.ts";
import { buildBundle, type Program } from "../e2e/support/bundle.ts";
import { makeGatedFlake } from "../e2e/support/gated-flake.ts";
import { type Ran, runInProcess } from "../e2e/support/in-process.ts";
import { type ListenerProcess, listenerProcess } from "../e2e/support/listener-process.ts";
import { type Environment, type Spawned, spawned } from "../e2e/support/spawned.ts";
import { rightOf } from "./either.ts";
import { requester } from "./fixtures.ts";
import { temporaryFolder } from "./nats.ts";
import { type NatsWorld, startWorld } from "./nats-world.ts";

export type HostOfFleet = (typeof hosts)[number]["hostname"] | "web1" | "web2" | "lab1";

/** Deploys everywhere, also in spite of a freeze; in the tier test only; what plain clients are stored as; reads. */
const [alice, bob, auditor] = [requester("alice"), requester("bob"), requester("auditor")];

export const fleetIdentities: readonly Identity[] = [
  ...hosts.map((host): Identity => ({ kind: "host", hostname: host.hostname, addresses: addressesOf(host) })),
  { kind: "deployer", requester: alice, tiers, overridesFreeze: true },
  { kind: "deployer", requester: bob, tiers: tiers.filter((tier) => tier === "test") },
  { kind: "deployer", requester: unnamed, tiers },
  { kind: "auditor", requester: auditor },
];

export const enrolment = hosts.map((host) => [host.hostname, addressesOf(host)] as const);

export interface Fleet {
  readonly hosts: readonly HostIdentity[];
  readonly world: NatsWorld;
  readonly program: Program;
  readonly flake: Repository;
  readonly log: Bus["log"];
  readonly roster: Bus["roster"];
  /** The state folder of a host. */
  readonly root: (host: HostOfFleet) => string;
  /** The command line of a host's listener. */
  readonly listenerWords: (host: HostOfFleet) => readonly [string, ...string[]];
  /** Starts a host's listener and does not wait for it. */
  readonly start: (host: HostOfFleet, env?: Environment) => ListenerProcess;
  /** Starts the listeners of these hosts; they take work. */
  readonly listen: (...hosts: readonly HostOfFleet[]) => Promise<readonly ListenerProcess[]>;
  /** SIGKILL to every listener that runs, so that one test leaves none to the next. */
  readonly killListeners: () => Promise<void>;
  readonly env: (name: string) => Environment;
  /** A bare client with an identity's key; a new one when the last one has lost its server. */
  readonly client: (name: string) => Promise<NatsConnection>;
  /** Puts a request into the log as a bare client would; its sequence. A verb is the last word of the target. */
  readonly ask: (target: string, body: string | object, name?: string) => Promise<number>;
  /** `hd …` as alice, in this process. */
  readonly hd: (...words: readonly string[]) => Promise<Ran>;
  /** `hd …` as a process. */
  readonly spawn: (words: readonly string[], env?: Environment) => Spawned;
  /** The first response to a request that fits; waits for it. */
  readonly response: (seq: number, fits: (response: ResponseRecord) => boolean) => Promise<ResponseRecord>;
  /** The end of a request on a host. */
  readonly ended: (seq: number, host: HostOfFleet) => Promise<ResponseRecord>;
  /** The marks that the switches of a host left: request, action, and the folder that was switched to. */
  readonly runs: (host: HostOfFleet) => readonly (readonly [id: string, action: string, folder: string])[];
}

export interface FleetPlace {
  readonly world: NatsWorld;
  readonly servers: readonly [string, ...string[]];
}

const patienceMs = 60_000;
/** A nudge may come before its record is stored, and may be lost with the server. */
const [soonMs, laterMs] = [10, 250];

type Fits = (response: ResponseRecord) => boolean;

/** A log that cannot be read now has nothing for now. */
const responsesTo = async ({ log }: Bus, seq: number): Promise<readonly ResponseRecord[]> => {
  const found = await log.range(seq + 1, "hd.res.>", 10_000)();
  return (found._tag === "Left" ? [] : found.right)
    .map(readRecord)
    .filter((record) => record.kind === "response")
    .filter(({ event }) => event.request_seq === seq);
};

/** Waits for a record, woken by the live ones. */
const awaitResponse = async (bus: Bus, look: Nudge, seq: number, fits: Fits): Promise<ResponseRecord> => {
  for (const endMs = performance.now() + patienceMs; ; ) {
    const responses = await responsesTo(bus, seq);
    const hit = responses.find(fits);
    if (hit !== undefined) return hit;
    if (performance.now() > endMs) {
      throw new Error(`of request ${seq} there is only: ${responses.map(({ host, status }) => `${host} ${status}`)}`);
    }
    if (await look.wait(laterMs)) await look.wait(soonMs);
  }
};

const watchOf = async (bus: Bus): Promise<Fleet["response"]> => {
  const waiting = new Set<Nudge>();
  await bus.live.subscribe("hd.res.>", () => {
    for (const one of waiting) one.give();
  });
  return (seq, fits) => {
    const look = nudge();
    waiting.add(look);
    return awaitResponse(bus, look, seq, fits).finally(() => waiting.delete(look));
  };
};

const marksIn = (root: string): string => {
  try {
    return readFileSync(join(root, "runs"), "utf8");
  } catch {
    return "";
  }
};

/** A fleet on servers that are there; who started them stops them. */
export const fleetOn = async <C>(test: Test<C>, { world, servers }: FleetPlace): Promise<Fleet> => {
  const dir = temporaryFolder();
  const program = buildBundle();
  const flake = await makeGatedFlake(
    join(dir, "flake"),
    hosts.map(({ hostname }) => hostname),
  );
  const bus = await world.bus(auditor);
  const listeners = new Set<ListenerProcess>();
  const clients = new Map<string, { readonly nc: Promise<NatsConnection>; isLost: boolean }>();
  const root = (host: HostOfFleet): string => join(dir, host);
  for (const { hostname } of hosts) mkdirSync(root(hostname), { recursive: true });
  const [url, ...more] = servers;

  const listenerWords: Fleet["listenerWords"] = (name) => {
    const host = hosts.find(({ hostname }) => hostname === name);
    if (host === undefined) throw new Error(`there is no host ${name}`);
    const keyFile = world.keys.get(name) ?? "";
    const place = { url, keyFile, flakeUrl: flake.url, stateDir: root(name), engine: "simulated" as const };
    return [...listenerArgv(program, host, place), ...more.flatMap((one) => ["--nats-url", one])];
  };
  const start: Fleet["start"] = (host, env) => {
    const listener = listenerProcess(listenerWords(host), env);
    listeners.add(listener);
    return listener;
  };
  const client: Fleet["client"] = (name) => {
    const known = clients.get(name);
    if (known !== undefined && !known.isLost) return known.nc;
    const made = { nc: world.raw(name), isLost: false };
    const watch = async () => {
      for await (const { type } of (await made.nc).status()) made.isLost ||= type === "disconnect";
    };
    void watch();
    clients.set(name, made);
    return made.nc;
  };
  const env = (name: string): Environment => ({
    HOMELAB_DEPLOY_NATS_URL: servers.join(","),
    HOMELAB_DEPLOY_NKEY_FILE: world.keys.get(name),
    HOMELAB_DEPLOY_REQUESTER: name,
  });

  const killListeners = async (): Promise<void> => {
    await Promise.all([...listeners].map((listener) => listener.kill()));
    listeners.clear();
  };
  test.after(async () => {
    await killListeners();
    const jobs = await Promise.all(hosts.map(({ hostname }) => liveJobs(root(hostname), processes)));
    for (const { pid } of jobs.flat()) await endGroup(pid, 0);
    await world.close();
  });

  const response = await watchOf(bus);
  return {
    hosts,
    world,
    program,
    flake,
    log: bus.log,
    roster: bus.roster,
    root,
    listenerWords,
    start,
    listen: async (...names) => {
      const started = names.map((name) => start(name));
      await Promise.all(started.map((listener) => listener.listening()));
      return started;
    },
    killListeners,
    env,
    client,
    ask: async (target, body, name = alice) => {
      const subject = requestSubject(requester(name), rightOfTarget(target));
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return (await jetstream(await client(name)).publish(subject, text)).seq;
    },
    hd: (...words) => runInProcess(words, env(alice)),
    spawn: (words, more = {}) => spawned(program, words, { ...env(alice), ...more }),
    response,
    ended: (seq, host) => response(seq, (one) => one.host === host && isTerminal(one.status)),
    runs: (host) =>
      marksIn(root(host))
        .split("\n")
        .filter((mark) => mark !== "")
        .map((mark) => {
          const [id = "", action = "", folder = ""] = mark.split(" ");
          return [id, action, folder] as const;
        }),
  };
};

const rightOfTarget = (target: string) => {
  const address = parseTarget(target);
  if (address._tag === "Left") throw new Error(address.left);
  return address.right;
};

export { alice, bob };

export interface FleetOptions {
  /** Differences of the hosts' places in the log from real ones. */
  readonly consumer?: Partial<ConsumerSettings>;
}

/** With a server and a log of its own. */
export const startFleet = async <C>(
  test: Test<C>,
  { consumer = {} }: FleetOptions = {},
): Promise<Fleet & { readonly server: FleetServer }> => {
  const world = await startWorld(fleetIdentities);
  await world.apply({ hosts: enrolment, consumer });
  const fleet = await fleetOn(test, { world, servers: [world.server.url] });
  let running = world.server;
  // After the fleet's own end, which was asked for before.
  test.after(() => running.stop());
  return {
    ...fleet,
    server: {
      url: running.url,
      kill: () => running.kill(),
      restart: async () => {
        running = rightOf(await running.restart());
      },
    },
  };
};

export interface FleetServer {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** In its folder and on its port. */
  readonly restart: () => Promise<void>;
}
