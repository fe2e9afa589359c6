/**
 * What every engine does that keeps a system below a folder: one behaviour suite, run by the stand-in and, where there is
 * Nix, by the sandbox. It deploys the playground's flake and variants of it out of real git repositories.
 */
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FlakeCommit, type FlakeFile, playgroundFlake } from "../../cli/up/flake/playground-flake.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Action, StorePath } from "../../lib/contract/values.ts";
import type { Engine, Resolved, Rollback, SystemState } from "../../lib/host/engine.ts";
import type { RootedEngineOptions } from "../../lib/nix/engine-options.ts";
import { parseFlakeUrl } from "../../lib/nix/flake-url.ts";
import { nixSystem } from "../../lib/nix/nix-system.ts";
import { removeTree } from "../../lib/nix/remove-tree.ts";
import { healthCheck, hostName, revision, storePath } from "./fixtures.ts";
import { makePlaygroundFlake, makeTestRepository } from "./flake.ts";

export const rightOf = <A>(answer: Either<Failure, A>): A => {
  if (isLeft(answer)) throw new Error(`${answer.left.code}: ${answer.left.message}`);
  return answer.right;
};

export const leftOf = (answer: Either<Failure, unknown>): Failure => {
  if (isLeft(answer)) return answer.left;
  throw new Error(`expected a failure, got ${JSON.stringify(answer.right)}`);
};

type ChangeCommit = (commit: FlakeCommit, index: number) => readonly FlakeFile[];

/** A flake like the playground's, with other files in its commits. */
const flakeWith = (dir: string, files: ChangeCommit): Promise<{ readonly url: string }> =>
  makeTestRepository(
    dir,
    playgroundFlake({ hosts: ["web1"], system: nixSystem() }).map((commit, index) => ({
      ...commit,
      files: files(commit, index),
    })),
  );

const switchingBy = (files: readonly FlakeFile[], script: string): readonly FlakeFile[] =>
  files.map((file) =>
    file.path.endsWith("switch-to-configuration") ? { ...file, text: `#!/bin/sh\n${script}\n` } : file,
  );

const flakeSwitchingBy = (dir: string, script: string) => flakeWith(dir, ({ files }) => switchingBy(files, script));

/** `v1` works; what follows it has another kernel and a switch that fails. */
const flakeThatBreaks = (dir: string) =>
  flakeWith(dir, ({ files }, index) => [
    ...(index === 0 ? files : switchingBy(files, "exit 2")),
    { path: "system/kernel", text: `kernel ${Math.min(index, 1)}\n`, executable: false },
  ]);

/** Keeps a list of failed units, as a machine does. */
const listing = `mkdir -p "$HD_ROOT/run"; printf 'bad.service\\n\\n● worse@1.timer failed\\nnone\\n' > "$HD_ROOT/run/failed-units"`;

export interface Stage {
  readonly dir: string;
  readonly options: (url: string, changes?: Partial<RootedEngineOptions>) => RootedEngineOptions;
  readonly output: (options: RootedEngineOptions) => string;
}

export const stage = (name: string): Stage => {
  const dir = mkdtempSync(join(tmpdir(), `hd-${name}-`));
  let count = 0;
  return {
    dir,
    options: (url, changes = {}) => {
      const flake = parseFlakeUrl(url);
      if (isLeft(flake)) throw new Error(flake.left);
      count += 1;
      const root = join(dir, `root${count}`);
      const outputFile = join(dir, `output${count}`);
      const timeLeftMs = () => 60_000;
      return { host: hostName("web1"), flake: flake.right, root, outputFile, timeLeftMs, env: process.env, ...changes };
    },
    output: ({ outputFile }) => readFileSync(outputFile, "utf8"),
  };
};

const nothing: SystemState = { running: undefined, boots: undefined, generation: undefined };

interface Built {
  readonly resolved: Resolved;
  readonly closure: StorePath;
}

export const buildOf = async (engine: Engine, name: string): Promise<Built> => {
  const resolved = rightOf(await engine.resolve(revision(name))());
  return { resolved, closure: rightOf(await engine.build(resolved)()) };
};

const after = async (engine: Engine, action: Action, built: Built): Promise<SystemState> => {
  rightOf(await engine.activate({ action, ...built })());
  return rightOf(await engine.state()());
};

export const rootedEngineSuite = (name: string, make: (options: RootedEngineOptions) => Engine): void => {
  const test = suite(name);
  const { dir, options, output } = stage("engine");
  let url = "";

  test.before(async () => {
    url = (await makePlaygroundFlake(join(dir, "playground"))).url;
  });
  test.after(() => removeTree(dir));

  test("a host that was never deployed has no system", async () => {
    assert.equal(rightOf(await make(options(url)).state()()), nothing);
  });

  test("each action changes what it promises to change, and nothing else", async () => {
    const engine = make(options(url));
    const good = await buildOf(engine, "v1");
    const better = await buildOf(engine, "main");
    const [one, two] = [good.closure, better.closure];
    assert.is.not(one, two);
    assert.equal(await after(engine, "dry-activate", good), nothing);
    assert.equal(await after(engine, "test", good), { ...nothing, running: one });
    assert.equal(await after(engine, "boot", good), { running: one, boots: one, generation: 1 });
    assert.equal(await after(engine, "dry-activate", better), { running: one, boots: one, generation: 1 });
    assert.equal(await after(engine, "boot", better), { running: one, boots: two, generation: 2 });
    assert.equal(await after(engine, "switch", better), { running: two, boots: two, generation: 2 });
    assert.equal(await after(engine, "test", good), { running: one, boots: two, generation: 2 });
    assert.equal(await after(engine, "switch", good), { running: one, boots: one, generation: 3 });
  });

  test("another engine of the same host sees and goes on with what the first one did", async () => {
    const given = options(url);
    const good = await buildOf(make(given), "v1");
    await after(make(given), "switch", good);
    const again = await buildOf(make(given), "v1");
    assert.is(again.closure, good.closure);
    assert.equal(await after(make(given), "switch", again), {
      running: good.closure,
      boots: good.closure,
      generation: 1,
    });
  });

  test("the same commit is another system on another host", async () => {
    const [web, lab] = [make(options(url)), make(options(url, { host: hostName("lab1") }))];
    assert.is.not((await buildOf(web, "v1")).closure, (await buildOf(lab, "v1")).closure);
  });

  test("a configuration that is wrong fails the build with its own words, and the host is as before", async () => {
    const engine = make(options(url));
    const good = await buildOf(engine, "v1");
    const before = await after(engine, "switch", good);
    const broken = rightOf(await engine.resolve(revision("broken"))());
    const failure = leftOf(await engine.build(broken)());
    assert.is(failure.code, "build_failed");
    assert.match(
      failure.message,
      /failed with exit code 1: error: web1: the port is 80800, but a port is at most 65535\. /,
    );
    assert.equal(rightOf(await engine.state()()), before);
    leftOf(await engine.build(broken)());
  });

  test("what the build and the switch say is in the output file, after what was there", async () => {
    const given = options(url);
    const engine = make(given);
    const built = await buildOf(engine, "v1");
    await after(engine, "switch", built);
    leftOf(await engine.build(rightOf(await engine.resolve(revision("broken"))()))());
    const text = output(given);
    assert.match(text, /activating the configuration\.\.\.\nnow running: web1 says 'hello' on port 8080\n/);
    assert.ok(text.indexOf("a port is at most 65535") > text.indexOf("now running: "));
  });

  test("failed units are an ending of their own, with the units named", async () => {
    const script = "echo 'warning: the following units failed: bad.service, worse.service' >&2; exit 4";
    const engine = make(options((await flakeSwitchingBy(join(dir, "units"), script)).url));
    const built = await buildOf(engine, "v1");
    const expected = { unitsFailed: true, named: ["bad.service", "worse.service"] };
    assert.equal(rightOf(await engine.activate({ action: "switch", ...built })()), expected);
    assert.equal(rightOf(await engine.rollBack({ action: "test", closure: built.closure })()), expected);
  });

  test("a switch that ends well without switching is told as it ended, and the state tells the truth", async () => {
    const engine = make(options((await flakeSwitchingBy(join(dir, "idle"), "exit 0")).url));
    const built = await buildOf(engine, "v1");
    const ended = rightOf(await engine.activate({ action: "switch", ...built })());
    assert.equal(ended, { unitsFailed: false, named: [] });
    assert.equal(rightOf(await engine.state()()), { running: undefined, boots: built.closure, generation: 1 });
  });

  test("goes back by the switch of the system that it goes back to, and the profile moves as the action says", async () => {
    const given = options(url);
    const engine = make(given);
    const [good, better] = [await buildOf(engine, "v1"), await buildOf(engine, "main")];
    await after(engine, "switch", good);
    await after(engine, "switch", better);
    const { closure } = good;
    const back = async (action: Rollback["action"]): Promise<SystemState> => {
      assert.equal(rightOf(await engine.rollBack({ action, closure })()), { unitsFailed: false, named: [] });
      return rightOf(await engine.state()());
    };
    assert.equal(await back("test"), { running: closure, boots: better.closure, generation: 2 });
    assert.equal(await back("boot"), { running: closure, boots: closure, generation: 3 });
    await after(engine, "switch", better);
    assert.equal(await back("switch"), { running: closure, boots: closure, generation: 5 });
    assert.match(output(given), /now running: web1 says 'hello' on port 8080\n(?:simulated: .*\n)*$/);
  });

  test("goes back from a system whose own switch does not work", async () => {
    const engine = make(options((await flakeThatBreaks(join(dir, "breaks"))).url));
    const good = await buildOf(engine, "v1");
    const before = await after(engine, "switch", good);
    const bad = await buildOf(engine, "main");
    assert.is(leftOf(await engine.activate({ action: "switch", ...bad })()).code, "activation_failed");
    assert.is(rightOf(await engine.state()()).boots, bad.closure);
    rightOf(await engine.rollBack({ action: "switch", closure: good.closure })());
    assert.equal(rightOf(await engine.state()()), { ...before, generation: 3 });
  });

  test("does not go back to what is not there, and leaves the profile alone", async () => {
    const engine = make(options(url));
    const good = await buildOf(engine, "v1");
    const before = await after(engine, "switch", good);
    const closure = storePath("collected");
    assert.is(leftOf(await engine.rollBack({ action: "switch", closure })()).code, "activation_failed");
    assert.equal(rightOf(await engine.state()()), before);
  });

  test("the failed units are those that stand below the folder", async () => {
    const given = options((await flakeSwitchingBy(join(dir, "listed"), listing)).url);
    const engine = make(given);
    assert.equal(rightOf(await engine.failedUnits()()), []);
    await after(engine, "test", await buildOf(engine, "v1"));
    assert.equal(rightOf(await engine.failedUnits()()), ["bad.service", "worse@1.timer"]);
    rmSync(join(given.root, "run", "failed-units"));
    mkdirSync(join(given.root, "run", "failed-units"));
    assert.match(leftOf(await engine.failedUnits()()).message, /^Which units failed cannot be told: EISDIR/);
  });

  test("what needs a reboot is told by what was booted below the folder", async () => {
    const given = options((await flakeThatBreaks(join(dir, "kernels"))).url);
    const engine = make(given);
    const [good, other] = [await buildOf(engine, "v1"), await buildOf(engine, "main")];
    assert.equal(rightOf(await engine.rebootNeeded(other.closure)()), []);
    await after(engine, "switch", good);
    const run = join(given.root, "run");
    symlinkSync(readlinkSync(join(run, "current-system")), join(run, "booted-system"));
    assert.equal(rightOf(await engine.rebootNeeded(good.closure)()), []);
    assert.equal(rightOf(await engine.rebootNeeded(other.closure)()), ["kernel"]);
  });

  test("probes the machine, within what is left", async () => {
    let leftMs = 60_000;
    const engine = make(options(url, { timeLeftMs: () => leftMs }));
    const check = healthCheck({ command: ["/bin/sh", "-c", "exit 7"] });
    assert.equal(await engine.probe(check)(), left("/bin/sh ended with exit code 7"));
    leftMs = 0;
    assert.equal(await engine.probe(check)(), left("no time was left for it"));
  });

  test("a switch that fails is told by its exit code, after the profile has moved, as on NixOS", async () => {
    const script = "echo 'warning: the following units failed: bad.service' >&2; exit 2";
    const engine = make(options((await flakeSwitchingBy(join(dir, "failing"), script)).url));
    const built = await buildOf(engine, "v1");
    const failure = leftOf(await engine.activate({ action: "switch", ...built })());
    assert.equal(failure.code, "activation_failed");
    assert.is(
      failure.message,
      "switch-to-configuration switch ended with exit code 2: the activation script failed; these units failed: bad.service.",
    );
    assert.equal(rightOf(await engine.state()()), { running: undefined, boots: built.closure, generation: 1 });
  });

  test("a switch that hangs is ended when the time is over", async () => {
    const slow = await flakeSwitchingBy(join(dir, "hanging"), 'exec sleep "$((600))"');
    let leftMs = 60_000;
    const engine = make(options(slow.url, { timeLeftMs: () => leftMs }));
    const built = await buildOf(engine, "v1");
    leftMs = 400;
    const failure = leftOf(await engine.activate({ action: "test", ...built })());
    assert.is(failure.code, "timeout");
    assert.match(failure.message, /^switch-to-configuration test took longer/);
  });

  test("without time left nothing is built", async () => {
    const resolved = rightOf(await make(options(url)).resolve(revision("v1"))());
    const late = make(options(url, { timeLeftMs: () => -1 }));
    assert.is(leftOf(await late.build(resolved)()).code, "timeout");
    assert.is(leftOf(await late.resolve(revision("v1"))()).code, "timeout");
  });

  test.run();
};
