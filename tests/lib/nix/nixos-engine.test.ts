/**
 * The engine of a real host, with stand-ins for `nix` and `nixos-rebuild` that do to a folder what those do to a machine.
 * What it does with a real Nix is the sandbox engine's to show: they build by the same code.
 */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import type { StorePath } from "../../../lib/contract/values.ts";
import type { Activation } from "../../../lib/host/engine.ts";
import { type NixosEngineOptions, nixosEngine } from "../../../lib/nix/nixos-engine.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import type { Switching } from "../../../lib/nix/switching.ts";
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

/** A machine whose switch is seen running as often as the answers say, and then not at all. */
const switchingAs = (answers: (boolean | Failure)[] = []): Switching => ({
  isRunning: async () => {
    const answer = answers.shift() ?? false;
    return typeof answer === "boolean" ? right(answer) : left(answer);
  },
  stop: async () => {
    throw new Error("stopped what was not to be stopped");
  },
  asUnit: false,
});

interface Scripts {
  readonly nix?: string;
  readonly rebuild?: string;
}

const host = ({ nix = nixBuilds, rebuild = "" }: Scripts = {}, changes: Partial<NixosEngineOptions> = {}) => {
  const given = options(url);
  const folder = given.root;
  mkdirSync(folder);
  const programs = { nix: program(folder, "nix", nix), "nixos-rebuild": program(folder, "nixos-rebuild", rebuild) };
  const paths = {
    currentSystem: join(folder, "current-system"),
    profile: join(folder, "system"),
    bootedSystem: join(folder, "booted-system"),
  };
  const switching = switchingAs();
  const engine = nixosEngine({ ...given, stateDir: join(folder, "state"), programs, paths, switching, ...changes });
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
  const build = "--extra-experimental-features nix-command flakes build --out-link";
  const [first, ...more] = of.calls();
  assert.is(
    first?.replace(/\.built\.[^/]{6}/, ".built.…"),
    `${build} ${of.folder}/state/.built.…/system -- ` +
      `${url}?ref=refs/tags/v1&rev=${resolved.commit}#nixosConfigurations."web1".config.system.build.toplevel`,
  );
  assert.equal(more, [`${build} ${of.folder}/state/built -- ${closure}`], "and makes it the root");
  assert.equal(readdirSync(join(of.folder, "state")), ["built"]);
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

const older = storePath("nixos-system-older");

test("a build that succeeds without leaving a system is no success, whatever was built before", async () => {
  for (const nix of ["exit 0", nixBuilds.replace('"$2"', '"$2-doc"')]) {
    const of = host({ nix });
    const root = join(of.folder, "state/built");
    symlinkSync(older, root);
    const { code, message } = leftOf(await of.engine.build(await resolvedOf(of))());
    assert.is(code, "build_failed");
    assert.match(message, /left no system: .* output `out`/);
    assert.is(readlinkSync(root), older, "the root is as it was");
    assert.equal(readdirSync(join(of.folder, "state")), ["built"], "and nothing else is kept");
  }
});

test("a build that cannot be kept is no success, and what killed ones left is let go of", async () => {
  const of = host({
    nix: `${nixBuilds.replace("ln", 'case "$2" in */built) echo "error: disk full" >&2; exit 1; esac; ln')}`,
  });
  mkdirSync(join(of.folder, "state/.built.killed"));
  assert.match(
    leftOf(await of.engine.build(await resolvedOf(of))()).message,
    /state\/built could not be made its root: disk full/,
  );
  assert.equal(readdirSync(join(of.folder, "state")), []);
});

test("without a folder to build to nothing is begun", async () => {
  const of = host({}, { stateDir: join(dir, "nowhere") });
  assert.match(leftOf(await of.engine.build(await resolvedOf(of))()).message, /was not begun: ENOENT/);
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
    "echo 'warning: the following units failed: bad.service, worse.service' >&2; exit 2",
    "activation_failed",
    /exit code 2: the activation script failed; these units failed: bad\.service, worse\.service\.$/,
  ],
  ["exit 3", "activation_failed", /exit code 3: systemd could not read the new units\.$/],
  [
    "echo \"Command '[…]' returned non-zero exit status 100.\" >&2; exit 100",
    "activation_failed",
    /exit code 100: the new system needs a reboot; deploy it with the action boot, then reboot\.$/,
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

test("failed units are an ending of their own, by either nixos-rebuild, with the units that it named", async () => {
  const units = "echo 'warning: the following units failed: bad.service, worse.service' >&2";
  const ng =
    "echo \"Command '['/nix/store/x/bin/switch-to-configuration', 'switch']' returned non-zero exit status 4.\" >&2";
  const named = ["bad.service", "worse.service"];
  const scripts = [
    [`${units}; exit 4`, { unitsFailed: true, named }],
    [`${units}; exit 1`, { unitsFailed: true, named }],
    [`${ng}; exit 1`, { unitsFailed: true, named: [] }],
    [`${units}; exit 0`, { unitsFailed: false, named: [] }],
  ] as const;
  for (const [rebuild, expected] of scripts) {
    const of = host({ rebuild });
    assert.equal(rightOf(await of.engine.activate(await activation(of))()), expected, rebuild);
  }
});

test("what the switch says to the journal alone is in the output, and counts", async () => {
  const of = host();
  const journalctl = program(of.folder, "journalctl", "echo 'warning: the following units failed: bad.service'");
  const rebuild = program(of.folder, "nixos-rebuild", "echo building; exit 4");
  const switching = { ...switchingAs(), asUnit: true };
  const given = options(url);
  const engine = nixosEngine({
    ...given,
    stateDir: of.folder,
    switching,
    programs: { journalctl, "nixos-rebuild": rebuild },
  });
  const ended = rightOf(await engine.activate(await activation(of))());
  assert.equal(ended, { unitsFailed: true, named: ["bad.service"] });
  assert.is(output(given), "building\nwarning: the following units failed: bad.service\n");
});

test("refuses while another switch is under way, without starting anything", async () => {
  const of = host({}, { switching: switchingAs([true]) });
  assert.is(leftOf(await of.engine.activate(await activation(of))()).code, "busy");
  assert.throws(of.calls, /ENOENT/);
});

test("a systemd that does not answer for a moment after the switch says nothing of it", async () => {
  const silent = failure("internal", "Whether the switch runs cannot be told: systemd did not answer.");
  const answers = [false, silent, true, silent];
  const of = host({}, { switching: switchingAs(answers) });
  rightOf(await of.engine.activate(await activation(of))());
  assert.equal(answers, []);
});

test("waits for the switch to end, also when nixos-rebuild has ended before it", async () => {
  const answers = [false, true, true, false];
  const of = host({}, { switching: switchingAs(answers) });
  rightOf(await of.engine.activate(await activation(of))());
  assert.equal(answers, []);
});

test("a nixos-rebuild that hangs is ended, its switch waited for, and the outcome is a timeout", async () => {
  const answers = [false, true, false];
  let leftMs = 60_000;
  const of = host({ rebuild: "exec sleep 600" }, { switching: switchingAs(answers), timeLeftMs: () => leftMs });
  const wanted = await activation(of);
  leftMs = 300;
  const failure = leftOf(await of.engine.activate(wanted)());
  assert.is(failure.code, "timeout");
  assert.match(failure.message, /^nixos-rebuild switch took longer/);
  assert.equal(answers, []);
});

/** A switch that runs from the moment nixos-rebuild is called until it is stopped. */
const endless = () => {
  const seen = { asked: 0, stopped: 0 };
  const switching: Switching = {
    isRunning: async () => {
      seen.asked += 1;
      return right(seen.asked > 1 && seen.stopped === 0);
    },
    stop: async () => {
      seen.stopped += 1;
    },
    asUnit: false,
  };
  return { seen, switching };
};

test("a switch of ours that goes on past the grace is stopped, so that none runs any more", async () => {
  const { seen, switching } = endless();
  let leftMs = 60_000;
  const of = host({ rebuild: "exec sleep 600" }, { switching, timeLeftMs: () => leftMs, graceMs: 1 });
  const wanted = await activation(of);
  leftMs = 300;
  assert.is(leftOf(await of.engine.activate(wanted)()).code, "timeout");
  assert.is(seen.stopped, 1);
  assert.is(rightOf(await switching.isRunning()), false);
});

test("a nixos-rebuild that says all is well while its switch has to be stopped is not believed", async () => {
  const { seen, switching } = endless();
  // Enough for nixos-rebuild, and nothing for the wait after it.
  const leftMs = [60_000, 0];
  const timeLeftMs = () => (seen.asked > 0 ? (leftMs.shift() ?? 0) : 60_000);
  const of = host({}, { switching, timeLeftMs, graceMs: 1 });
  const failure = leftOf(await of.engine.activate(await activation(of))());
  assert.is(failure.code, "timeout");
  assert.match(failure.message, /switch-to-configuration\.service was stopped after the time for this deployment/);
  assert.is(seen.stopped, 1);
});

test("a switch that somebody else began a moment before ours is left alone", async () => {
  const said = [
    "Failed to start transient service unit: Unit nixos-rebuild-switch-to-configuration.service was already loaded or has a fragment file.",
    "Could not acquire lock - Resource temporarily unavailable",
  ];
  for (const words of said) {
    const { seen, switching } = endless();
    let leftMs = 60_000;
    const rebuild = `echo '${words}' >&2; exit 1`;
    const of = host({ rebuild }, { switching, timeLeftMs: () => leftMs, graceMs: 1 });
    const wanted = await activation(of);
    leftMs = 500;
    assert.is(leftOf(await of.engine.activate(wanted)()).code, "activation_failed");
    assert.is(seen.stopped, 0);
  }
});

/** A stand-in for systemd-run that runs the command where the options say its output goes. */
const runsUnit = `for o; do case $o in --property=StandardOutput=append:*) out=\${o#*append:};; esac; done
while [ "$1" != -- ]; do shift; done; shift
"$@" >> "$out" 2>&1`;

interface Before {
  readonly asUnit?: boolean;
  readonly env?: string;
  readonly script?: string;
  readonly answers?: (boolean | Failure)[];
}

/** A host that can go back to a system with a switch of its own. */
const earlier = ({ asUnit = false, env = "", script = "", answers = [] }: Before = {}) => {
  const given = options(url);
  const folder = given.root;
  mkdirSync(join(folder, "bin"), { recursive: true });
  program(folder, "switch-to-configuration", script);
  renameSync(join(folder, "switch-to-configuration"), join(folder, "bin", "switch-to-configuration"));
  const programs = {
    "nix-env": program(folder, "nix-env", env),
    "systemd-run": program(folder, "systemd-run", runsUnit),
  };
  const paths = { currentSystem: "/none", profile: "/p/system", bootedSystem: "/none" };
  const switching = { ...switchingAs(answers), asUnit };
  const changes = { env: { ...process.env, LOCALE_ARCHIVE: "/locale", NIXOS_INSTALL_BOOTLOADER: undefined } };
  const engine = nixosEngine({ ...given, ...changes, stateDir: folder, programs, paths, switching });
  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
  return {
    engine,
    folder,
    closure: folder as StorePath,
    calls,
    outputFile: given.outputFile,
    output: () => output(given),
  };
};

test("goes back by the switch of the system that it goes back to, the profile first", async () => {
  const expected = {
    switch: ["--profile /p/system --set", "switch"],
    boot: ["--profile /p/system --set", "boot"],
    test: ["test"],
  };
  for (const action of ["switch", "boot", "test"] as const) {
    const of = earlier({ script: 'echo "switched by $0"' });
    const activated = rightOf(await of.engine.rollBack({ action, closure: of.closure })());
    assert.equal(activated, { unitsFailed: false, named: [] });
    assert.equal(
      of.calls().map((call) => call.replace(` ${of.folder}`, "")),
      expected[action],
    );
    assert.is(of.output(), `switched by ${of.folder}/bin/switch-to-configuration\n`);
  }
});

test("where systemd runs, the switch back is a unit of its own, waited for, with its output in the file", async () => {
  const script = "echo 'warning: the following units failed: old.service' >&2; readlink /proc/self/fd/1; exit 4";
  const of = earlier({ asUnit: true, script });
  const activated = rightOf(await of.engine.rollBack({ action: "switch", closure: of.closure })());
  assert.equal(activated, { unitsFailed: true, named: ["old.service"] });
  assert.match(of.output(), new RegExp(`^${of.outputFile}$`, "m"));
  const [, unit, call] = of.calls();
  assert.is(call, "switch");
  assert.match(
    unit ?? "",
    /^--unit=nixos-rebuild-switch-to-configuration\.service .*--wait .*--setenv=LOCALE_ARCHIVE -- /,
  );
  assert.not.match(unit ?? "", /--(?:pipe|scope|no-block)|NIXOS_INSTALL_BOOTLOADER/);
});

test("waits for a switch that still runs before it goes back, and does nothing while one will not end", async () => {
  const answers = [true, true, false];
  const of = earlier({ answers });
  rightOf(await of.engine.rollBack({ action: "test", closure: of.closure })());
  assert.equal(answers, []);
  const stuck = earlier();
  const switching: Switching = { ...switchingAs(), isRunning: async () => right(true) };
  const engine = nixosEngine({ ...options(url), stateDir: stuck.folder, switching, timeLeftMs: () => 100 });
  assert.is(leftOf(await engine.rollBack({ action: "switch", closure: stuck.closure })()).code, "busy");
  assert.throws(stuck.calls, /ENOENT/);
});

test("a way back that fails is told as an activation is, and a profile that cannot be set stops it", async () => {
  const refused = earlier({ env: "echo 'error: path is not valid' >&2; exit 4" });
  const failure = leftOf(await refused.engine.rollBack({ action: "switch", closure: refused.closure })());
  assert.is(failure.code, "activation_failed");
  assert.is(failure.message, "nix-env --set ended with exit code 4: path is not valid.");
  assert.is(refused.calls().length, 1);
  const nowhere = storePath("collected");
  const gone = leftOf(await refused.engine.rollBack({ action: "switch", closure: nowhere })());
  assert.equal(
    [gone.code, gone.message],
    ["activation_failed", `${nowhere} is not in the store of this host, or no system. Deploy what should run.`],
  );
  assert.is(refused.calls().length, 1, "the profile was not touched");
  const broken = earlier({ script: "exit 2" });
  const { message } = leftOf(await broken.engine.rollBack({ action: "switch", closure: broken.closure })());
  assert.is(message, "switch-to-configuration switch ended with exit code 2: the activation script failed.");
});

test("what needs a reboot is what was booted with another kernel than the system has", async () => {
  const of = host();
  const system = (name: string, kernel: string): StorePath => {
    const folder = join(of.folder, name);
    mkdirSync(folder);
    symlinkSync(storePath(kernel), join(folder, "kernel"));
    return folder as StorePath;
  };
  const [old, fresh] = [system("old", "linux-1"), system("new", "linux-2")];
  assert.equal(rightOf(await of.engine.rebootNeeded(fresh)()), []);
  symlinkSync(old, of.paths.bootedSystem);
  assert.equal(rightOf(await of.engine.rebootNeeded(old)()), []);
  assert.equal(rightOf(await of.engine.rebootNeeded(fresh)()), ["kernel"]);
});

test.run();
