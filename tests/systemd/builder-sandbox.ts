/**
 * The sandbox of the builder's reviewed unit, around the very programs that a builder starts: git asks a repository, and Nix builds
 * a system of it as a client of a daemon. Only the program and what hands it secrets are others.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";

const reviewed = readFileSync(
  join(import.meta.dirname, "../nixos/snapshots/builder/homelab-deploy-builder.service"),
  "utf8",
);
const program = "/usr/local/bin/builds-in-sandbox";
const unit = "homelab-deploy-builder.service";

const script = (url: string, commit: string): string => `#!/bin/sh -eu
git config --global --add safe.directory '*'
git ls-remote --exit-code ${url} refs/heads/one
nix eval --json '${"git+"}${url}?ref=refs/heads/one&rev=${commit}#nixosConfigurations' --apply builtins.attrNames
nix build --out-link "$HOME/system" '${"git+"}${url}?ref=refs/heads/one&rev=${commit}#nixosConfigurations."lab1".config.system.build.toplevel'
test -e "$HOME/system/nixos-version"
echo "NIX_REMOTE=$NIX_REMOTE uid=$(id -u)"
`;

export const builderSandbox = async ({ sh }: { readonly sh: (script: string) => string }): Promise<void> => {
  writeFileSync(program, script("file:///srv/flake/flake.git", sh("git -C /srv/flake/flake.git rev-parse one")));
  chmodSync(program, 0o755);
  const text = reviewed
    .replace(/^(?:Notify|Watchdog|LoadCredential|Restart|StartLimit).*\n/gm, "")
    .replace(/^Environment="(?:PATH|GIT_).*\n/gm, "")
    .replace(/^Type=.*$/m, "Type=oneshot\nEnvironment=PATH=/usr/local/bin:/usr/bin:/bin")
    .replace(/^ExecStart=.*$/m, `ExecStart=${program}`);
  writeFileSync(`/run/systemd/system/${unit}`, text);
  sh("id homelab-deploy-builder >/dev/null 2>&1 || useradd --system --user-group homelab-deploy-builder");
  sh("systemctl daemon-reload; systemd-run --quiet --unit=hd-test-daemon --collect --setenv=HOME=/root nix-daemon");
  try {
    sh(`until [ -S /nix/var/nix/daemon-socket/socket ]; do sleep 0.1; done
chmod a+rx /nix /nix/var /nix/var/nix /nix/var/nix/daemon-socket; systemctl start ${unit}`);
    const said = sh(`journalctl -o cat -u ${unit}`);
    assert.match(said, /NIX_REMOTE=daemon uid=[1-9]/);
  } catch (error) {
    throw new Error(`${error}\n${sh(`journalctl -o cat -u ${unit} -u hd-test-daemon`)}`);
  } finally {
    sh(`systemctl stop hd-test-daemon; rm /run/systemd/system/${unit}; systemctl daemon-reload`);
  }
};
