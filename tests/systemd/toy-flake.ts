/**
 * A flake whose system is a folder with a few units and the stand-in for `switch-to-configuration`: it needs no nixpkgs, so
 * that Nix really builds it without a network. The listener is one of its units, and each commit changes it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Repository, RepositoryCommit } from "../../lib/nix/git-repository.ts";
import { nixSystem } from "../../lib/nix/nix-system.ts";
import { makeTestRepository } from "../support/flake.ts";

const flakeNix = `{
  outputs = { self }:
    let
      rev = self.shortRev or "dirty";
      sh = name: script: derivation {
        inherit name; system = "${nixSystem()}"; builder = "/bin/sh";
        PATH = "/usr/local/bin:/usr/bin:/bin"; args = [ "-euc" script ];
      };
    in {
      nixosConfigurations.lab1.config.system.build = {
        nixos-rebuild = sh "nixos-rebuild" "mkdir -p $out/bin; ln -s /usr/local/bin/nixos-rebuild $out/bin/nixos-rebuild";
        toplevel = sh "nixos-system-lab1-toy" ''
          mkdir -p $out/bin
          echo toy-\${rev} > $out/nixos-version
          cp \${./switch-to-configuration} $out/bin/switch-to-configuration
          cp -r \${./units} $out/units
          chmod -R u+w,a+x $out/bin $out/units
          for u in $out/units/*.service; do sed -i "s|@REV@|\${rev}|g" $u; chmod 644 $u; done
        '';
      };
    };
}
`;

const switchProgram = readFileSync(join(import.meta.dirname, "machine/switch-to-configuration"), "utf8");

const reviewed = readFileSync(
  join(import.meta.dirname, "../nixos/snapshots/host/homelab-deploy-listener.service"),
  "utf8",
);

/**
 * The listener's unit as the module writes it, reviewed: only its programs, its places and how long it waits for its restart are
 * those of this machine. Its key comes as a credential.
 */
const listenerUnit = (argv: readonly string[], keyFile: string): string =>
  reviewed
    .replace(/^ExecStart=.*$/m, `ExecStart=${argv.map((word) => `"${word}"`).join(" ")}`)
    .replace(/^Environment="PATH=.*$/m, "Environment=HD_TEST_VERSION=@REV@ PATH=/usr/local/bin:/usr/bin:/bin")
    .replace(/^LoadCredential=.*$/m, `LoadCredential=nkey:${keyFile}`)
    .replace(/^RestartSec=.*$/m, "RestartSec=200ms")
    .replaceAll("/var/lib/homelab-deploy", "/var/lib/hd")
    .replaceAll("StateDirectory=homelab-deploy", "StateDirectory=hd");

const oneshot = (program: string): string => `[Unit]
Description=a unit that runs ${program}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${program}
`;

interface Toy {
  /** The listener's command line. */
  readonly argv: readonly string[];
  readonly keyFile: string;
}

const commit = (branch: string, message: string, units: Readonly<Record<string, string>>): RepositoryCommit => ({
  branch,
  message,
  files: [
    { path: "flake.nix", text: flakeNix, executable: false },
    // No two commits may be the same: the commit is the version of hd.
    { path: "version", text: `${branch}\n`, executable: false },
    { path: "switch-to-configuration", text: switchProgram, executable: true },
    ...Object.entries(units).map(([name, text]) => ({ path: `units/${name}`, text, executable: false })),
  ],
});

/**
 * Branches: `one` and `two` are good and have another version of hd each; `broken-hd` has one that does not start; `bad-unit`
 * has a unit that fails.
 */
export const makeToyFlake = (dir: string, { argv, keyFile }: Toy): Promise<Repository> => {
  const hd = listenerUnit(argv, keyFile);
  const good = { "hd.service": hd, "good.service": oneshot("/bin/true") };
  return makeTestRepository(dir, [
    commit("one", "Set up the host", good),
    commit("two", "Upgrade hd", good),
    commit("broken-hd", "Upgrade hd to what does not start", {
      ...good,
      "hd.service": listenerUnit(["/bin/false"], keyFile),
    }),
    commit("bad-unit", "Add a unit", { ...good, "bad.service": oneshot("/bin/false") }),
  ]);
};
