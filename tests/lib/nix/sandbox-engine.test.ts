/** With a real Nix, in its own store or a private one, whichever works here; without one, a line that says so. */
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nixPlace } from "../../../lib/nix/nix-access.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import { sandboxEngine } from "../../../lib/nix/sandbox-engine.ts";
import { hostName, revision } from "../../support/fixtures.ts";
import { makePlaygroundFlake } from "../../support/flake.ts";
import { git } from "../../support/git.ts";
import { nixOnPath } from "../../support/nix.ts";
import { buildOf, leftOf, rightOf, rootedEngineSuite, stage } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/sandbox-engine");
const { dir, options, output } = stage("sandbox");
await nixOnPath();
const found = await nixPlace(join(dir, "probe"), process.env);

test.after(() => removeTree(dir));

if (isLeft(found)) {
  test("says why Nix cannot be used", async () => {
    console.log(`skip: no engine with Nix, ${found.left}`);
    const { url } = await makePlaygroundFlake(join(dir, "playground"));
    const engine = sandboxEngine(options(url));
    const resolved = rightOf(await engine.resolve(revision("v1"))());
    const failure = leftOf(await engine.build(resolved)());
    assert.is(failure.code, "build_failed");
    assert.is(
      failure.message,
      `Nix cannot be used on this host: ${found.left}. Mend that, or run the host with the stand-in.`,
    );
  });
} else {
  rootedEngineSuite("lib/nix/sandbox-engine, as a rooted engine", sandboxEngine);

  const { access } = found.right;
  /** Where a store path lies, seen from outside. */
  const outside = (root: string, path: string): string => (access === "store" ? path : join(root, "private", path));

  test("really builds, into a store that leaves the machine's alone", async () => {
    const hadNix = existsSync("/nix");
    const { url } = await makePlaygroundFlake(join(dir, "playground"));
    const given = options(url);
    const engine = sandboxEngine(given);
    assert.is(engine.simulated, false);
    const { closure } = await buildOf(engine, "v1");
    assert.match(closure, /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-nixos-system-web1-playground$/);
    const configuration = readlinkSync(join(outside(given.root, closure), "manifest.nix"));
    assert.is(readFileSync(outside(given.root, configuration), "utf8"), "web1 says 'hello' on port 8080\n");
    assert.is(readlinkSync(join(given.root, "built")), closure);
    assert.is(existsSync("/nix"), hadNix);
    // The machine's store may have it from an earlier run.
    if (access === "private")
      assert.match(output(given), /building '\/nix\/store\/.*-nixos-system-web1-playground\.drv'/);
  });

  test("a host that the flake has not is told with those it has", async () => {
    const { url } = await makePlaygroundFlake(join(dir, "other"), ["web1", "web2"]);
    const engine = sandboxEngine(options(url, { host: hostName("web3") }));
    const failure = leftOf(await engine.build(rightOf(await engine.resolve(revision("v1"))()))());
    assert.is(failure.code, "build_failed");
    assert.match(failure.message, /failed: the flake has no host web3; it has web1, web2\.$/);
  });

  test("a branch with unusual letters in its name is built by its ref and commit", async () => {
    const { url, workTree } = await makePlaygroundFlake(join(dir, "letters"));
    git(workTree, ["push", "--quiet", "origin", "HEAD:refs/heads/feature/a+b@c"]);
    const engine = sandboxEngine(options(url));
    assert.match((await buildOf(engine, "feature/a+b@c")).closure, /-nixos-system-web1-playground$/);
  });
}

test.run();
