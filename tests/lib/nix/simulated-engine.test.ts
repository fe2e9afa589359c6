/** The stand-in for a build: real git, the same endings as a real one, and it says what it is. */
import { existsSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RepositoryCommit } from "../../../lib/nix/git-repository.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import { simulatedEngine } from "../../../lib/nix/simulated-engine.ts";
import { commit, hostName, revision } from "../../support/fixtures.ts";
import { makePlaygroundFlake, makeTestRepository } from "../../support/flake.ts";
import { git } from "../../support/git.ts";
import { buildOf, leftOf, rightOf, rootedEngineSuite, stage } from "../../support/rooted-engine-suite.ts";

rootedEngineSuite("lib/nix/simulated-engine, as a rooted engine", simulatedEngine);

const test = suite("lib/nix/simulated-engine");
const { dir, options, output } = stage("simulated");

test.after(() => removeTree(dir));

const flakeOf = (name: string, ...commits: readonly Pick<RepositoryCommit, "files">[]) =>
  makeTestRepository(
    join(dir, name),
    commits.map(({ files }, index) => ({ branch: "main", message: `${name} ${index}`, files })),
  );

const plain = { path: "flake.nix", text: "{ outputs = _: { }; }\n", executable: false };

test("says that it is simulated: the engine, the closure and every output", async () => {
  const { url } = await makePlaygroundFlake(join(dir, "playground"));
  const given = options(url);
  const engine = simulatedEngine(given);
  assert.is(engine.simulated, true);
  const { closure, resolved } = await buildOf(engine, "v1");
  assert.match(closure, /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-nixos-system-web1-simulated$/);
  assert.is((await buildOf(simulatedEngine(options(url)), "v1")).closure, closure, "the same everywhere");
  rightOf(await engine.activate({ action: "switch", resolved, closure })());
  const text = output(given);
  assert.match(text, new RegExp(`^simulated: checking ${resolved.commit} out of file://`));
  assert.match(text, new RegExp(`simulated: no Nix took part; ${closure} is a name only`));
  assert.match(text, /simulated: the system profile is now generation 1/);
  assert.is(readlinkSync(join(given.root, "profiles", "system")), "system-1-link");
  assert.not(existsSync(closure));
});

test("a flake without a script for the host is taken as it is, and its links are moved", async () => {
  const { url } = await flakeOf("bare", { files: [plain, { ...plain, path: "hosts/web1" }] });
  const given = options(url);
  const engine = simulatedEngine(given);
  const built = await buildOf(engine, "main");
  rightOf(await engine.activate({ action: "dry-activate", ...built })());
  assert.equal(rightOf(await engine.state()()).running, undefined);
  rightOf(await engine.activate({ action: "switch", ...built })());
  const { closure } = built;
  assert.equal(rightOf(await engine.state()()), { running: closure, boots: closure, generation: 1 });
  assert.match(output(given), /simulated: the flake has no script hosts\/web1, so nothing was checked/);
});

test("a checkout that was killed in the middle leaves nothing in the way of the next", async () => {
  const { url } = await makePlaygroundFlake(join(dir, "killed"));
  const given = options(url);
  const engine = simulatedEngine(given);
  await buildOf(engine, "v1");
  for (const lock of ["config.lock", "index.lock"]) writeFileSync(join(given.root, "source", ".git", lock), "");
  assert.is((await buildOf(engine, "main")).resolved.ref, "refs/heads/main");
});

test("what an earlier commit had and this one has not is gone", async () => {
  const script = { path: "hosts/web1", text: "#!/bin/sh\necho old > $out\n", executable: true };
  const { url, workTree } = await flakeOf("moved", { files: [plain, script] }, { files: [plain] });
  const given = options(url);
  const engine = simulatedEngine(given);
  await buildOf(engine, git(workTree, ["rev-parse", "main~1"]));
  assert.ok(existsSync(join(given.root, "source", "hosts", "web1")));
  await buildOf(engine, "main");
  assert.not(existsSync(join(given.root, "source", "hosts", "web1")));
});

test("a builder has no more than a builder's environment, and `out`", async () => {
  const text = '#!/bin/sh\nif env | grep -q SECRET; then exit 3; fi\n[ -n "$out" ] || exit 4\necho fine > "$out"\n';
  const { url } = await flakeOf("clean", { files: [plain, { path: "hosts/web1", text, executable: true }] });
  await buildOf(simulatedEngine(options(url, { env: { ...process.env, SECRET: "x" } })), "main");
});

test("a flake in a folder of its repository is found there", async () => {
  const script = {
    path: "nixos/hosts/web1",
    text: '#!/bin/sh\necho "error: from the folder"; exit 1\n',
    executable: true,
  };
  const { url } = await flakeOf("folder", { files: [{ ...plain, path: "nixos/flake.nix" }, script] });
  const engine = simulatedEngine(options(`${url}?dir=nixos`));
  assert.match(
    leftOf(await engine.build(rightOf(await engine.resolve(revision("main"))()))()).message,
    /from the folder/,
  );
});

test("a script that hangs is ended when the time is over", async () => {
  const text = "#!/bin/sh\nexec sleep 600\n";
  const { url } = await flakeOf("hanging", { files: [plain, { path: "hosts/web1", text, executable: true }] });
  let leftMs = 60_000;
  const engine = simulatedEngine(options(url, { timeLeftMs: () => leftMs }));
  const resolved = rightOf(await engine.resolve(revision("main"))());
  leftMs = 1000;
  assert.is(leftOf(await engine.build(resolved)()).code, "timeout");
});

test("a commit that its ref no longer holds is not built", async () => {
  const { url } = await makePlaygroundFlake(join(dir, "forced"));
  const engine = simulatedEngine(options(url, { host: hostName("web2") }));
  const failure = leftOf(await engine.build({ commit: commit("a"), ref: "refs/heads/main" })());
  assert.is(failure.code, "build_failed");
  assert.match(failure.message, /^a{40} could not be checked out of file:\/\//);
});

test.run();
