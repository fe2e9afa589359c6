/**
 * A builder as a process of the bundle, on a real server with the permissions of a real one, and repositories that are made of
 * scripts: `hosts/<name>` is what the stand-in runs for a build, and leaves a mark each time.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { buildRequestSubject, parseBuild } from "../../lib/contract/build-address.ts";
import { unnamed } from "../../lib/contract/names.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import { isBuildEnd } from "../../lib/contract/values.ts";
import type { RepositoryCommit } from "../../lib/nix/git-repository.ts";
import type { ConsumerSettings } from "../../lib/router/provisioner.ts";
import { type BuildResponseRecord, readRecord } from "../../streams/records.ts";
import { buildBundle } from "../e2e/support/bundle.ts";
import { type Ran, runInProcess } from "../e2e/support/in-process.ts";
import { type ListenerProcess, listenerProcess } from "../e2e/support/listener-process.ts";
import { eventually } from "./collector.ts";
import { rightOf } from "./either.ts";
import { requester } from "./fixtures.ts";
import { makeTestRepository } from "./flake.ts";
import type { Scope } from "./fleet.ts";
import { temporaryFolder } from "./nats.ts";
import { type NatsWorld, startWorld } from "./nats-world.ts";

const [alice, ci, auditor] = [requester("alice"), requester("ci"), requester("auditor")];

const identities: readonly Identity[] = [
  { kind: "deployer", requester: alice, tiers: [] },
  { kind: "deployer", requester: unnamed, tiers: [] },
  { kind: "builder", requester: ci },
  { kind: "auditor", requester: auditor },
];

/** By their names; each is a shell script with `out` to write, and the marks beside the stores. */
export const scripts = (hosts: Readonly<Record<string, string>>, message = "scripts"): RepositoryCommit => ({
  ...{ branch: "main", message },
  files: Object.entries(hosts).map(([name, text]) => ({ path: `hosts/${name}`, text, executable: true })),
});

export interface BuilderWorld {
  readonly world: NatsWorld;
  readonly url: string;
  readonly stateDir: string;
  readonly start: (...words: readonly string[]) => ListenerProcess;
  readonly started: (...words: readonly string[]) => Promise<ListenerProcess>;
  /** Asks as a bare client would; the request's sequence. */
  readonly ask: (target: string, body: string | object, name?: string) => Promise<number>;
  readonly answers: (seq: number) => Promise<readonly BuildResponseRecord[]>;
  readonly ended: (seq: number) => Promise<BuildResponseRecord>;
  /** `hd …` as the auditor, in this process. */
  readonly look: (...words: readonly string[]) => Promise<Ran>;
  readonly marks: (file: string) => readonly string[];
}

export interface BuilderWorldOptions {
  readonly commits: readonly RepositoryCommit[];
  readonly place?: Partial<ConsumerSettings>;
}

export const startBuilderWorld = async (
  test: Scope,
  { commits, place = {} }: BuilderWorldOptions,
): Promise<BuilderWorld> => {
  const world = await startWorld(identities);
  await world.apply({ builder: place });
  const dir = temporaryFolder();
  const { url } = await makeTestRepository(join(dir, "flake"), commits);
  const stateDir = join(dir, "state");
  const running = new Set<ListenerProcess>();
  test.after(async () => {
    await Promise.all([...running].map((one) => one.kill()));
    await world.close();
    await world.server.stop();
  });
  const { log } = await world.bus(auditor);
  const answers: BuilderWorld["answers"] = async (seq) =>
    rightOf(await log.range(1, "hd.res.build.>", 10_000)())
      .map(readRecord)
      .filter((record) => record.kind === "build response")
      .filter(({ event }) => event.request_seq === seq);
  const start: BuilderWorld["start"] = (...words) => {
    const own = ["--as", ci, "--nats-url", world.server.url, "--nkey-file", world.keys.get(ci) ?? ""];
    const engine = ["--engine", "simulated", "--repo", `nixos=${url}`];
    const folder = words.includes("--state-dir") ? [] : ["--state-dir", stateDir];
    const builder = listenerProcess([...buildBundle(), "builder", ...own, ...engine, ...folder, ...words]);
    running.add(builder);
    return builder;
  };
  return {
    ...{ world, url, stateDir, start, answers },
    started: async (...words) => {
      const builder = start(...words);
      await builder.listening();
      return builder;
    },
    ask: async (target, body, name = alice) => {
      const subject = buildRequestSubject(requester(name), rightOf(asked(target)));
      const nc = await world.raw(name);
      const { seq } = await jetstream(nc).publish(subject, typeof body === "string" ? body : JSON.stringify(body));
      await nc.close();
      return seq;
    },
    ended: (seq) =>
      eventually(
        `the end of request ${seq}`,
        async () => (await answers(seq)).find(({ status }) => isBuildEnd(status)),
        60_000,
      ),
    look: (...words) =>
      runInProcess(words, {
        ...{ HOMELAB_DEPLOY_NATS_URL: world.server.url, HOMELAB_DEPLOY_REQUESTER: auditor },
        HOMELAB_DEPLOY_NKEY_FILE: world.keys.get(auditor),
      }),
    marks: (file) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []),
  };
};

const asked = (target: string) => {
  const address = parseBuild(target);
  if (address._tag === "Left") throw new Error(address.left);
  return address;
};
