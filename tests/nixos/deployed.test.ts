/**
 * The stand-in flake that the tests in virtual machines deploy from, built by a real Nix from a repository, pinned to a
 * commit as hd does it. The system that it copies is a small one, with its own name in it as a NixOS has.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nixBuild } from "../../lib/nix/commands.ts";
import { nixSystem } from "../../lib/nix/nix-system.ts";
import { inPrivateNix, preparePrivateNix, privateNixEnvironment } from "../../lib/nix/private-nix.ts";
import { type Argv, run } from "../../lib/nix/process.ts";
import { removeTree } from "../../lib/nix/remove-tree.ts";
import { git } from "../support/git.ts";
import { nixOnPath } from "../support/nix.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("nixos/deployed");
const flakeFile = join(import.meta.dirname, "../../nixos/tests/deployed/flake.nix");
const dir = tempDir("deployed");
const folder = join(dir, "private");

test.after(() => removeTree(folder));

const inside = async (argv: Argv) => {
  const env = { ...process.env, ...privateNixEnvironment(folder) };
  return run(inPrivateNix(folder)(argv), { env, cwd: "/", timeoutMs: 60_000 });
};

const printed = async (argv: Argv): Promise<string> => {
  const { code, stdout, stderr } = await inside(argv);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
};

const original = `derivation {
  name = "nixos-system-original"; system = "${nixSystem()}"; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
  args = [ "-euc" "mkdir -p $out/bin; echo systemConfig=$out > $out/activate; echo exec $out/activate > $out/bin/switch-to-configuration; chmod 555 $out/bin/*; ln -s $out/activate $out/link; exit" ];
}`;

/** A folder with programs of the machine, in the store: what coreutils, sed and the others are on NixOS. */
const addTools = async (): Promise<string> => {
  const bin = join(dir, "tools/bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["bash", "cp", "chmod", "find", "sed", "ln"]) {
    const place = ["/usr/bin", "/bin"].map((at) => join(at, name)).find(existsSync);
    symlinkSync(place ?? "/missing", join(bin, name));
  }
  return printed(["nix-store", "--add", join(dir, "tools")]);
};

const makeRepository = (systems: object): string => {
  const repository = join(dir, "repository");
  mkdirSync(repository);
  const text = readFileSync(flakeFile, "utf8").replaceAll("x86_64-linux", nixSystem());
  writeFileSync(join(repository, "flake.nix"), text);
  writeFileSync(join(repository, "systems.json"), JSON.stringify(systems));
  git(repository, ["init", "--quiet", "--initial-branch=main"]);
  git(repository, ["add", "--all"]);
  git(repository, ["commit", "--quiet", "--message=v1"]);
  return `git+file://${repository}?ref=refs/heads/main&rev=${git(repository, ["rev-parse", "HEAD"])}`;
};

const build = async (flake: string, attribute: string): Promise<string> => {
  const link = join(dir, attribute);
  await printed(nixBuild(`${flake}#nixosConfigurations."web1".config.system.build.${attribute}`, link));
  return readlinkSync(link);
};

/** A path of the store as it lies seen from outside. */
const outside = (path: string): string => join(folder, path);

test("a copy of a system, that knows itself by its own name", async () => {
  await nixOnPath();
  await preparePrivateNix(folder);
  const trial = await inside(["nix", "--version"]);
  if (trial.code !== 0) {
    console.log(`skip: no Nix with a store of its own: ${trial.stderr.trim().split("\n").at(-1)}`);
    return;
  }
  const toplevel = await printed(["nix-build", "--no-out-link", "--expr", original]);
  const flake = makeRepository({ tools: [await addTools()], hosts: { web1: { toplevel, "nixos-rebuild": toplevel } } });
  const copy = await build(flake, "toplevel");
  assert.match(copy, /^\/nix\/store\/[0-9a-z]{32}-nixos-system-web1$/);
  assert.is(readFileSync(outside(`${copy}/activate`), "utf8"), `systemConfig=${copy}\n`);
  assert.is(readFileSync(outside(`${copy}/bin/switch-to-configuration`), "utf8"), `exec ${copy}/activate\n`);
  assert.is(lstatSync(outside(`${copy}/bin/switch-to-configuration`)).mode & 0o111, 0o111);
  assert.is(readlinkSync(outside(await build(flake, "nixos-rebuild"))), toplevel);
});

test.run();
