/**
 * The engine of a real host, with stand-ins for `nix` and `nixos-rebuild` that do to a folder what those do to a machine.
 * What it does with a real Nix is the sandbox engine's to show: they build by the same code.
 */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import type { Activation } from "../../../lib/host/engine.ts";
import { type NixosEngineOptions, nixosEngine } from "../../../lib/nix/nixos-engine.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import { revision, storePath } from "../../support/fixtures.ts";
import { makePlaygroundFlake } from "../../support/flake.ts";
import { failedBuild } from "../../support/nix-output.ts";
import { leftOf, rightOf, stage } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/nixos-engine");
const { dir, options, output } = stage("nixos");

test.after(() => removeTree(dir));

const closure = storePath("nixos-system-web1");
let url = "";

test.before(async () => {
  url = (await makePlaygroundFlake(join(dir, "playground"))).url;
});

const program = (folder: string, name: string, script: string): string => {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/bin/sh\n# STAND-IN for ${name}, for this test only.\necho "$@" >> ${folder}/calls\n${script}\n`,
  );
  chmodSync(path, 0o755);
  return path;
};

/** A stand-in for `nix build` that leaves the link, as the real one does. */
const nixBuilds = `while [ "$1" != --out-link ]; do shift; done; ln -sfn ${closure} "$2"`;

interface Scripts {
  readonly nix?: string;
  readonly rebuild?: string;
}

const host = ({ nix = nixBuilds, rebuild = "" }: Scripts = {}, changes: Partial<NixosEngineOptions> = {}) => {
  const given = options(url);
  const folder = given.root;
  mkdirSync(folder);
  const programs = { nix: program(folder, "nix", nix), "nixos-rebuild": program(folder, "nixos-rebuild", rebuild) };
  const paths = { currentSystem: join(folder, "current-system"), profile: join(folder, "system") };
  const isSwitching = async () => right(false);
  const engine = nixosEngine({ ...given, stateDir: join(folder, "state"), programs, paths, isSwitching, ...changes });
  mkdirSync(join(folder, "state"));
  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
  return { engine, folder, paths, calls, output: () => output(given) };
};

const resolvedOf = async ({ engine }: ReturnType<typeof host>) => rightOf(await engine.resolve(revision("v1"))());

const activation = async (of: ReturnType<typeof host>): Promise<Activation> => ({
  action: "switch",
  resolved: await resolvedOf(of),
  closure,
});

test("builds the host's system, pinned, and reads the closure from the link", async () => {
  const of = host();
  const resolved = await resolvedOf(of);
  assert.is(rightOf(await of.engine.build(resolved)()), closure);
  assert.equal(of.calls(), [
    `--extra-experimental-features nix-command flakes build --out-link ${of.folder}/state/built -- ` +
      `${url}?ref=refs/tags/v1&rev=${resolved.commit}#nixosConfigurations."web1".config.system.build.toplevel`,
  ]);
});

test("a failed build is told by its first error; its output is in the file", async () => {
  const text = failedBuild["2.26.3"];
  const of = host({ nix: `cat >&2 <<'TEXT'\n${text}TEXT\nexit 1` });
  const { code, message } = leftOf(await of.engine.build(await resolvedOf(of))());
  assert.is(code, "build_failed");
  assert.match(
    message,
    /^Building web1 at [0-9a-f]{12} failed: building unit-nginx\.service failed with exit code 7: error: unknown directive "lisen"\. /,
  );
  assert.is(of.output(), text);
});

test("an error of an earlier command is not taken for this one's", async () => {
  const of = host({
    nix: 'flag="$0.ran"; [ ! -e "$flag" ] || exit 3; : > "$flag"; echo "error: of the first" >&2; exit 1',
  });
  const resolved = await resolvedOf(of);
  assert.match(leftOf(await of.engine.build(resolved)()).message, /of the first/);
  assert.match(leftOf(await of.engine.build(resolved)()).message, /nix ended with exit code 3 and named no error/);
});

test("credentials in Nix's output stay out of the failure", async () => {
  const of = host({ nix: "echo \"error: cannot fetch 'https://me:s3cret@host/x'\" >&2; exit 1" });
  const { message } = leftOf(await of.engine.build(await resolvedOf(of))());
  assert.match(message, /cannot fetch 'https:\/\/\*\*\*@host\/x'/);
});

test("a build that succeeds without leaving a system is no success", async () => {
  const of = host({ nix: "exit 0" });
  assert.match(leftOf(await of.engine.build(await resolvedOf(of))()).message, /left no system behind/);
});

test("a missing nix, and a build that takes too long", async () => {
  const missing = host({}, { programs: { nix: join(dir, "no-such-nix") } });
  const failure = leftOf(await missing.engine.build(await resolvedOf(missing))());
  assert.is(failure.code, "build_failed");
  assert.match(failure.message, /cannot start .*no-such-nix: it is not installed/);
  let leftMs = 60_000;
  const slow = host({ nix: "exec sleep 600" }, { timeLeftMs: () => leftMs });
  const resolved = await resolvedOf(slow);
  leftMs = 300;
  assert.is(leftOf(await slow.engine.build(resolved)()).code, "timeout");
});

test("state: what runs, what boots and as which generation, link by link", async () => {
  const { engine, folder, paths } = host();
  assert.equal(rightOf(await engine.state()()), { running: undefined, boots: undefined, generation: undefined });
  symlinkSync(storePath("running"), paths.currentSystem);
  symlinkSync(storePath("booting"), join(folder, "system-142-link"));
  symlinkSync("system-142-link", paths.profile);
  assert.equal(rightOf(await engine.state()()), {
    running: storePath("running"),
    boots: storePath("booting"),
    generation: 142,
  });
});

test("state: a link that ends elsewhere is a failure, not an absent system", async () => {
  const { engine, folder, paths } = host();
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), paths.currentSystem);
  assert.match(leftOf(await engine.state()()).message, /^What runs on this host cannot be read: /);
  const other = host();
  symlinkSync("current-system", other.paths.currentSystem);
  assert.match(leftOf(await other.engine.state()()).message, /does not end in \/nix\/store/);
});

test("activates by nixos-rebuild, pinned to the commit that was built, with its output in the file", async () => {
  const of = host({ rebuild: "echo switching; echo done >&2; [ -t 1 ] || readlink /proc/self/fd/1" });
  const wanted = await activation(of);
  rightOf(await of.engine.activate(wanted)());
  assert.equal(of.calls(), [`switch --flake ${url}?ref=refs/tags/v1&rev=${wanted.resolved.commit}#web1`]);
  assert.match(of.output(), /^switching\ndone\n/);
  assert.not.match(of.output(), /pipe:/);
});

const endings: readonly (readonly [script: string, code: string, message: RegExp])[] = [
  [
    "echo 'warning: the following units failed: bad.service, worse.service' >&2; exit 4",
    "activation_failed",
    /exit code 4: some units failed; these units failed: bad\.service, worse\.service\.$/,
  ],
  [
    "echo \"Command '[…]' returned non-zero exit status 100.\" >&2; exit 100",
    "activation_failed",
    /exit code 100: the new system needs a reboot\.$/,
  ],
  ["exit 101", "activation_failed", /half-way: units may be stopped/],
  [
    "echo 'error: no space left' >&2; exit 1",
    "activation_failed",
    /^nixos-rebuild switch ended with exit code 1: no space left\.$/,
  ],
  ["exit 1", "activation_failed", /^nixos-rebuild switch ended with exit code 1\.$/],
  ["kill -9 $$", "activation_failed", /^nixos-rebuild switch ended with SIGKILL\.$/],
];

test("an activation that fails is told by its exit code and its own words", async () => {
  for (const [rebuild, code, message] of endings) {
    const of = host({ rebuild });
    const failure = leftOf(await of.engine.activate(await activation(of))());
    assert.is(failure.code, code, rebuild);
    assert.match(failure.message, message);
  }
  const missing = host({}, { programs: { "nixos-rebuild": join(dir, "none") } });
  assert.match(
    leftOf(await missing.engine.activate(await activation(missing))()).message,
    /did not begin: cannot start/,
  );
});

test("refuses while another switch is under way, without starting anything", async () => {
  const of = host({}, { isSwitching: async () => right(true) });
  assert.is(leftOf(await of.engine.activate(await activation(of))()).code, "busy");
  assert.throws(of.calls, /ENOENT/);
});

test("a systemd that does not answer for a moment after the switch says nothing of it", async () => {
  const silent = left(failure("internal", "Whether the switch runs cannot be told: systemd did not answer."));
  const answers = [right(false), silent, right(true), silent];
  const of = host({}, { isSwitching: async () => answers.shift() ?? right(false) });
  rightOf(await of.engine.activate(await activation(of))());
  assert.equal(answers, []);
});

test("waits for the switch to end, also when nixos-rebuild has ended before it", async () => {
  const answers = [false, true, true, false];
  const of = host({}, { isSwitching: async () => right(answers.shift() ?? false) });
  rightOf(await of.engine.activate(await activation(of))());
  assert.equal(answers, []);
});

test("a nixos-rebuild that hangs is ended, its switch waited for, and the outcome is a timeout", async () => {
  const answers = [false, true, false];
  let leftMs = 60_000;
  const isSwitching = async () => right(answers.shift() ?? false);
  const of = host({ rebuild: "exec sleep 600" }, { isSwitching, timeLeftMs: () => leftMs });
  const wanted = await activation(of);
  leftMs = 300;
  const failure = leftOf(await of.engine.activate(wanted)());
  assert.is(failure.code, "timeout");
  assert.match(failure.message, /^nixos-rebuild switch took longer/);
  assert.equal(answers, []);
});

test.run();
