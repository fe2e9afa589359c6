/**
 * The flake, evaluated with a stand-in for nixpkgs: its outputs have the shapes that Nix asks for, and every module, test and
 * lock file is read. Each kind of mistake that this is meant to see is made once.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FlakeCopy, flakeCopy } from "../support/flake-check.ts";
import { nixTools } from "../support/nix.ts";

const test = suite("nixos/flake");
const nix = await nixTools();
const { version, name } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));

type Change = (text: string) => string;

/** What is broken, in which file, how, and what Nix says of it. */
const mistakes: readonly (readonly [string, string, Change | undefined, RegExp])[] = [
  ["a syntax error in the module", "nixos/module.nix", (text) => text.replace(/}\s*$/, ""), /syntax error/],
  ["a syntax error in what it imports", "nixos/listener.nix", (text) => text.replace(/}\s*$/, ""), /syntax error/],
  ["a module that is not there", "nixos/module.nix", undefined, /module\.nix'(?: does not exist|: No such file)/],
  [
    "a test that is not there",
    "nixos/tests/rollback.nix",
    undefined,
    /rollback\.nix'(?: does not exist|: No such file)/,
  ],
  ["no lock file", "package-lock.json", undefined, /package-lock\.json/],
  ["a lock file that is none", "package-lock.json", () => "lockfileVersion: 3", /parse error/],
  [
    "an argument of the package that nixpkgs has not",
    "nixos/package.nix",
    (text) => text.replace("  cacert,", "  cacert,\n  nodejs_8,"),
    /nodejs_8/,
  ],
  [
    "a package that is no derivation",
    "flake.nix",
    (text) => text.replace("pkgs.callPackage ./nixos/package.nix { }", '"hd"'),
    /is not a derivation|is a string while a set was expected/,
  ],
  [
    "a check that nobody can build",
    "flake.nix",
    (text) => text.replace("package = hd;", 'package = "hd";'),
    /is not a derivation|is a string while a set was expected/,
  ],
  [
    "a test in a virtual machine that asks for a fleet that there is not",
    "nixos/tests/rollback.nix",
    (text) => text.replace("revisions =", "revision ="),
    /revision/,
  ],
];

const checked = async (flake: FlakeCopy): Promise<string> => {
  const { code, stderr } = await flake.nix("flake", "check", "--no-build");
  return code === 0 ? "" : stderr;
};

if (nix !== undefined) {
  const flake = flakeCopy(nix);

  test("its outputs are what Nix asks for", async () => assert.is(await checked(flake), ""));

  test("it has a package, apps, a shell, a formatter and checks for both kinds of machine", async () => {
    const { stdout, stderr } = await flake.nix("flake", "show", "--json");
    const shown = JSON.parse(stdout || JSON.stringify(stderr));
    const machines = ["aarch64-linux", "x86_64-linux"];
    for (const output of ["packages", "apps", "devShells", "formatter", "checks"])
      assert.equal(Object.keys(shown[output]), machines, output);
    for (const machine of machines) {
      assert.is(shown.packages[machine].default.name, `${name}-${version}`);
      assert.is(shown.packages[machine][name].name, `${name}-${version}`);
      assert.equal(Object.keys(shown.apps[machine]), ["default", "up"]);
    }
    assert.equal(Object.keys(shown.nixosModules), ["default"]);
    assert.equal(Object.keys(shown.overlays), ["default"]);
    const machineTests = Object.keys(shown.checks["x86_64-linux"]).filter((check) => check.startsWith("vm-"));
    assert.is(machineTests.length, 6);
  });

  for (const [what, path, change, said] of mistakes)
    test(`seen: ${what}`, async () => {
      assert.match(await flake.without(path, change, () => checked(flake)), said);
    });
} else test.skip("all of it");

test.run();
