/**
 * The machine with the log: the reviewed units of its snapshot, all of them, with the programs of this machine. Keys,
 * configuration and log are made as the documentation says it.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";

const tests = join(import.meta.dirname, "../nixos");
const snapshots = join(tests, "snapshots/server");
const units = readdirSync(snapshots);

const programs: readonly (readonly [RegExp, string])[] = [
  [/\/nix\/store\/\w+-homelab-deploy\/bin\/hd\b/g, "/usr/local/bin/hd"],
  [/\/nix\/store\/\w+-homelab-deploy-fleet\b/g, "/srv/public"],
  [/\/nix\/store\/\w+-nats-server\/bin\/nats-server\b/g, "/mnt/nats/nats-server"],
  [/\/nix\/store\/\w+-(?:bash|coreutils)\/bin\//g, "/bin/"],
  [/^Environment="PATH=.*$/gm, "Environment=PATH=/usr/local/bin:/usr/bin:/bin"],
];

const put = (file: string, text: string, mode = 0o644): void => {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text, { mode });
};

const install = (sh: (script: string) => string): void => {
  put("/usr/local/bin/hd", `#!/bin/sh\nexec ${process.execPath} /mnt/hd/dist/hd.mjs "$@"\n`, 0o755);
  const toml = readFileSync(join(tests, "machines/fleet/hd.toml"), "utf8").replace("nats.example.org", "127.0.0.1");
  put("/srv/fleet-of-server/hd.toml", toml);
  sh("hd init /srv/fleet-of-server --context-dir /srv/contexts");
  for (const name of ["hd.toml", "public-keys.json"]) put(`/srv/public/${name}`, "");
  sh("cp /srv/fleet-of-server/hd.toml /srv/fleet-of-server/public-keys.json /srv/public/");
  mkdirSync("/etc/homelab-deploy", { recursive: true });
  for (const name of ["nats-server.conf", "trusted-keys.json"])
    cpSync(`/srv/fleet-of-server/${name}`, `/etc/homelab-deploy/${name}`);
  const keys = {
    "hd-provisioner": "provisioner",
    "hd-alerter": "alerter",
    "hd-claude": "claude",
    "homelab-deploy": "testhost",
  };
  for (const [secret, name] of Object.entries(keys))
    put(`/run/secrets/${secret}`, readFileSync(`/srv/fleet-of-server/keys/${name}.nk`, "utf8"), 0o600);
  put("/run/secrets/ntfy-token", "secret\n", 0o600);
  const token = { name: "laptop", sha256: "0".repeat(64), scope: "read" };
  put("/run/secrets/hd-mcp-tokens", JSON.stringify([token]), 0o600);
  for (const unit of units) {
    const text = programs.reduce(
      (all, [from, to]) => all.replace(from, to),
      readFileSync(join(snapshots, unit), "utf8"),
    );
    put(`/run/systemd/system/${unit}`, text);
  }
  sh("id nats >/dev/null 2>&1 || useradd --system --user-group nats; systemctl daemon-reload");
};

/** One `systemctl` for all: each has to be ready, in their own order, for it to succeed. */
export const serverMachine = async ({ sh }: { readonly sh: (script: string) => string }): Promise<void> => {
  install(sh);
  const all = units.join(" ");
  const shown = (unit: string, property: string) => sh(`systemctl show -P ${property} homelab-deploy-${unit}.service`);
  try {
    sh(`timeout 60 systemctl start ${all}`);
    assert.equal(
      units.map((unit) => sh(`systemctl show -P ActiveState ${unit}`)),
      units.map(() => "active"),
    );
    assert.match(shown("listener", "StatusText"), "serving deploy.prod.testhost");
    assert.is(shown("alerter", "StatusText"), "telling phone");
    assert.match(shown("mcp", "StatusText"), "listening on http://127.0.0.1:7400/mcp");
    assert.is((await fetch("http://127.0.0.1:7400/healthz")).status, 200);
    const pid = shown("nats", "MainPID");
    sh("systemctl reload homelab-deploy-nats; systemctl restart homelab-deploy-streams");
    assert.equal([shown("nats", "MainPID"), shown("streams", "Result")], [pid, "success"]);
    assert.is(shown("listener", "NRestarts"), "0");
    sh(`systemctl stop ${all}`);
    assert.is(shown("nats", "ActiveState"), "inactive");
    put("/etc/homelab-deploy/nats-server.conf", "listen: nowhere\n");
    // With a configuration that is no good it fails, and nobody waits for it.
    sh("if timeout 20 systemctl restart homelab-deploy-nats; then exit 1; else test $? -ne 124; fi");
  } catch (error) {
    throw new Error(`${error}\n${sh(`systemctl status --no-pager --full ${all} || true`)}`);
  } finally {
    sh(
      `systemctl stop ${all}; rm ${units.map((unit) => `/run/systemd/system/${unit}`).join(" ")}; systemctl daemon-reload`,
    );
  }
};
