/** What the tests in virtual machines set of the module, judged by its real types: each host, before and after each revision. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { moduleEvaluator } from "../support/nixos-module.ts";

const test = suite("nixos/vm-options");
const folder = join(import.meta.dirname, "../../nixos/tests");
const evaluate = await moduleEvaluator();

const own = ["default.nix", "eval-module.nix", "fleet.nix", "whole-system.nix"];
const scenarios = readdirSync(folder).filter((name) => name.endsWith(".nix") && !own.includes(name));

/** `revisions`: which of those that the scenario has are deployed, as a function from their names. */
const configuration = (scenario: string, host: string, revisions: string): string => `{ lib, ... }:
let
  pkgs = lib.genAttrs [ "bash" "coreutils" "findutils" "gnugrep" "gnused" ] (name: "/run/\${name}");
  f = import ${folder}/${scenario};
  given = f (builtins.intersectAttrs (builtins.functionArgs f) { inherit lib pkgs; });
  fleet = import ${folder}/fleet.nix { inherit lib pkgs; module = { }; };
  node = (fleet ({ name = "it"; } // given)).nodes.${host} { inherit lib pkgs; };
  changes = map (name: given.revisions.\${name}) ((${revisions}) (lib.attrNames given.revisions));
in lib.mkMerge (map (from: {
  services.homelab-deploy = from.services.homelab-deploy or { };
  systemd.services.homelab-deploy-listener = from.systemd.services.homelab-deploy-listener or { };
}) ([ node ] ++ changes))`;

const listenerOf = async (scenario: string, host: string, revisions: string) => {
  const { failedAssertions, units } = (await evaluate?.(configuration(scenario, host, revisions))) ?? {};
  assert.equal(failedAssertions, []);
  return units?.["homelab-deploy-listener"];
};

if (evaluate !== undefined) {
  test("there are scenarios", () => assert.is(scenarios.length, 6));

  for (const scenario of scenarios)
    test(scenario, async () => {
      for (const host of ["lab1", "web1"]) {
        const before = await listenerOf(scenario, host, "names: [ ]");
        assert.match(String(before?.serviceConfig["ExecStart"]), `--hostname ${host} `);
        assert.match(String(before?.unitConfig["ConditionPathExists"]), "/var/lib/keys/");
        assert.ok(await listenerOf(scenario, host, "names: [ (lib.head names) ]"));
        assert.ok(await listenerOf(scenario, host, "names: [ (lib.last names) ]"));
      }
    });

  test("what is to replace the listener changes its unit, and what is not leaves it alone", async () => {
    const having = (names: string) => listenerOf("self-upgrade.nix", "web1", `names: [ ${names} ]`);
    const [before, v1] = [await having(""), await having('"v1"')];
    const [upgrade, cutOff] = [await having('"upgrade"'), await having('"cut-off"')];
    assert.equal(v1, before);
    assert.is(upgrade?.environment["UPGRADED"], "yes");
    assert.match(String(cutOff?.serviceConfig["ExecStart"]), "nats://server:1 ");
  });
} else test.skip("all of it");

test.run();
