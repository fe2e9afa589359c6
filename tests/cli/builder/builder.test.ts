/** `hd builder`: what it is started with, and that nothing is started by what is wrong. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyIn } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { world } from "../support/world.ts";

const test = suite("cli/builder");

const config = join(tempDir("builder"), "builder.toml");
writeFileSync(config, '[repos.nixos]\nurl = "git+https://git.example.org/nixos"\n');

const run = async (...words: readonly string[]) => {
  const w = world();
  const exit = await w.hd("builder", ...words);
  return { exit, err: w.err(), started: w.built[0] };
};

test("it is started with its repositories, its limits, and what a service is told of NATS", async () => {
  const nats = ["--as", "ci", "--nkey-file", "ci.nk", "--nats-url", "nats://x", "--metrics", "[::1]:9465"];
  const limits = ["--timeout", "10m", "--request-timeout", "1h", "--resolve-timeout", "30", "--max-parallel", "4"];
  const { exit, err, started } = await run("--config", config, "--repo", "home=git@host:home", ...nats, ...limits);
  assert.is(exit, 0, err);
  assert.equal([started?.requester, started?.servers, started?.credentials], ["ci", ["nats://x"], keyIn("ci.nk")]);
  assert.equal(
    started?.repos.map(({ name, url }) => `${name} ${url}`),
    ["nixos git+https://git.example.org/nixos", "home git@host:home"],
  );
  assert.equal(started?.limits, { hostMs: 600_000, requestMs: 3_600_000, resolveMs: 30_000, maxParallel: 4 });
});

test("of what is not given it has defaults", async () => {
  const { started } = await run("--config", config);
  assert.equal([started?.requester, started?.metrics, started?.engine], ["builder", undefined, "nix"]);
  assert.equal(started?.limits, { hostMs: 1_800_000, requestMs: 14_400_000, resolveMs: 300_000, maxParallel: 2 });
  assert.equal([started?.queueMs, started?.stateDir], [3_600_000, "/var/lib/homelab-deploy-builder"]);
});

test("nothing is started by what is wrong", async () => {
  for (const [words, why] of [
    [[], "it would build from no repository; name them with --config FILE, or --repo name=url"],
    [["--config", config, "--repo", "nixos=git@host:x"], "the repository nixos is named twice"],
    [["--repo", "nixos"], "must be a repository's name and its URL, such as nixos=git+https://git.example.org/nixos"],
    [["--repo", "a b=x"], "must be a repository's name and its URL"],
    [["--config", "/nowhere.toml"], "There is no /nowhere.toml."],
    [["--config", config, "--max-parallel", "0"], "must be a whole number from 1 to 64"],
    [["--config", config, "--user", "ci"], "--password-file"],
  ] as const) {
    const { exit, err, started } = await run(...words);
    assert.is(exit, 2, err);
    assert.is(started, undefined);
    assert.match(err, why);
  }
});

test.run();
