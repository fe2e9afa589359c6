/**
 * `hd status` and `hd diff` over what a real host did: deployments, trials and a rollback, each looked at on the host itself
 * when it had ended. As of each of those moments the log says what was seen then.
 */
import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SystemState } from "../../lib/host/engine.ts";
import { repoint } from "../../lib/nix/generations.ts";
import { rootedPaths } from "../../lib/nix/rooted-switch.ts";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: status");
const fleet = await startFleet(test);
const healthy = join(fleet.root("lab1"), "healthy");
const checks = join(fleet.root("lab1"), "checks.json");
writeFileSync(checks, JSON.stringify([{ name: "healthy", command: ["test", "-e", healthy], tries: 1 }]));

const often = { HOMELAB_DEPLOY_PRESENCE_INTERVAL: "1" };

interface Part {
  readonly known: boolean;
  readonly closure: string | null;
  readonly commit: string | null;
  readonly generation: number | null;
  readonly since_seq: number;
  readonly by: { readonly id: string; readonly requester: string; readonly revision: string } | null;
}

interface Line {
  readonly host: string;
  readonly runs: Part | null;
  readonly boots: Part | null;
  readonly unlike_log: { readonly closure: string } | null;
  readonly drift: { readonly kind: string } | null;
}

const hd = async (...words: readonly string[]) => {
  const { code, out, err } = await fleet.hd(...words, "-o", "json");
  assert.is(code, 0, err);
  return JSON.parse(out);
};

const status = async (...words: readonly string[]): Promise<Line> => {
  const { hosts } = await hd("status", "lab1", ...words);
  return hosts[0];
};

interface Observed {
  readonly what: string;
  readonly end: Awaited<ReturnType<typeof fleet.ended>>;
  readonly system: SystemState;
}

const observed: Observed[] = [];

const deploys = async (what: string, revision: string, action = "switch"): Promise<void> => {
  const end = await fleet.ended(await fleet.ask("test/lab1", { revision, action }), "lab1");
  assert.is(end.event.error ?? end.status, what, end.event.message);
  observed.push({ what: `${action} ${revision}: ${what}`, end, system: await fleet.system("lab1") });
};

test("as of each moment, the log says what was seen then", async () => {
  writeFileSync(healthy, "");
  await fleet.start("lab1", often, (argv) => [...argv, "--health-checks", checks]).listening();
  await deploys("completed", "v1");
  await deploys("completed", "v2");
  rmSync(healthy);
  await deploys("rolled_back", "v1");
  writeFileSync(healthy, "");
  await deploys("build_failed", "broken");
  await deploys("completed", "v1", "test");
  await deploys("completed", "v1", "dry-activate");
  await deploys("completed", "v1", "boot");
  await deploys("completed", "v2");
  for (const { what, end, system } of observed) {
    const { runs, boots } = await status("--at", new Date(end.atMs).toISOString());
    assert.equal([runs?.closure, boots?.closure], [system.running, system.boots], what);
    assert.is(boots?.generation, system.generation, what);
  }
  await theLogIsTrue(fleet);
});

test("a rollback leaves the deployment that it went back to", async () => {
  const [, second, back] = observed;
  const { runs } = await status("--at", new Date(back?.end.atMs ?? 0).toISOString());
  assert.equal(
    [runs?.by?.id, runs?.commit, runs?.since_seq],
    [second?.end.event.id, second?.end.event.commit, second?.end.seq],
  );
});

test("between two of them is what changed, and how many deployments there were", async () => {
  const [first, , , , , , , last] = observed.map(({ end }) => end);
  const from = new Date(first?.atMs ?? 0).toISOString();
  const { hosts, unchanged } = await hd("diff", from);
  assert.equal([hosts.length, unchanged], [1, 2]);
  const [{ host, completed, failed, ...lab1 }] = hosts;
  assert.equal([host, completed, failed], ["lab1", 5, 2]);
  assert.equal([lab1.from.runs.commit, lab1.to.runs.commit], [first?.event.commit, last?.event.commit]);
  assert.is(lab1.to.runs.by.requester, "alice");
});

test("a hand on the host is seen now, and is in no log", async () => {
  assert.equal([(await status()).unlike_log, (await status()).drift], [null, null]);
  const { running = "" } = observed[0]?.system ?? {};
  const { currentSystem } = rootedPaths(fleet.root("lab1"));
  await repoint(currentSystem, join(fleet.root("lab1"), "store", basename(running)));
  const line = await eventually("hd status shows what runs", async () => {
    const found = await status();
    return found.unlike_log === null ? undefined : found;
  });
  assert.equal([line.unlike_log?.closure, line.drift?.kind], [running, "unlike_log"]);
  const now = await status("--at", "now");
  assert.is(now.runs?.closure, observed.at(-1)?.system.running);
});

test.run();
