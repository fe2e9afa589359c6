/** The one host of the container: its flake, its log, its unit, and what a test asks and sees of it. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { fleet as hosts } from "../../cli/up/fleet.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import { isTerminal } from "../../lib/contract/values.ts";
import type { SystemState } from "../../lib/host/engine.ts";
import { readSystem } from "../../lib/nix/system-links.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { theLogIsTrue } from "../e2e/support/the-log-is-true.ts";
import { eventually } from "../support/collector.ts";
import { rightOf } from "../support/either.ts";
import { requester } from "../support/fixtures.ts";
import { fleetIdentities, marksIn, watchOf } from "../support/fleet.ts";
import { startWorld } from "../support/nats-world.ts";
import { makeToyFlake } from "./toy-flake.ts";

const [alice, auditor] = [requester("alice"), requester("auditor")];
const folder = "/run/hd-test";

export interface ToyHost {
  /** What a program printed; throws when it fails. */
  readonly sh: (script: string) => string;
  readonly system: () => Promise<SystemState>;
  readonly ask: (body: object) => Promise<number>;
  readonly phase: (seq: number, phase: string) => Promise<ResponseRecord>;
  readonly ended: (seq: number) => Promise<ResponseRecord>;
  readonly deploy: (revision: string, more?: object) => Promise<ResponseRecord>;
  /** What the next switches do: sleep for so many seconds, and end with this code. */
  readonly switches: (how: { readonly sleep?: number; readonly exit?: number; readonly style?: "bash" }) => void;
  /** The commit of the unit file that the listener which runs was started from. */
  readonly version: () => string;
  readonly commitOf: (branch: string) => string;
  /** How the last switch was called. */
  readonly lastCall: () => string;
  readonly checks: (checks: readonly object[]) => void;
  /** What systemd shows of the listener's unit. */
  readonly shown: (property: string) => string;
  /** Without the server, and with it again. */
  readonly withoutServer: (run: () => Promise<void>) => Promise<void>;
  readonly journal: () => string;
  /** The branch `one` runs, and nothing else of the last test is left. */
  readonly reset: () => Promise<void>;
  readonly isTrue: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const sh = (script: string): string =>
  execFileSync("/bin/bash", ["-euc", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

const checksFile = "/etc/hd/health-checks.json";

const listenerOf = (url: string): readonly string[] => [
  ...[process.execPath, "/mnt/hd/dist/hd.mjs", "listener"],
  ...["--hostname", "lab1", "--tier", "test", "--role", "dns"],
  ...["--nats-url", url, "--nkey-file", "%d/nkey"],
  ...["--flake-url", "git+file:///srv/flake/flake.git", "--state-dir", "/var/lib/hd", "--engine", "nixos"],
  ...["--timeout", "60", "--confirm-timeout", "4", "--health-checks", checksFile],
];

const install = (): void => {
  cpSync(join(import.meta.dirname, "machine/nixos-rebuild"), "/usr/local/bin/nixos-rebuild");
  chmodSync("/usr/local/bin/nixos-rebuild", 0o755);
  for (const dir of ["/srv/flake", "/etc/hd", folder]) mkdirSync(dir, { recursive: true });
  writeFileSync(checksFile, "[]\n");
};

const switchOver = (): void => {
  const running = sh("systemctl show -P ActiveState nixos-rebuild-switch-to-configuration.service");
  if (running !== "inactive") throw new Error(`a switch is ${running}`);
};

export const startHost = async (): Promise<ToyHost> => {
  install();
  const [, , lab1] = hosts;
  const world = await startWorld(fleetIdentities);
  await world.apply({ hosts: [[lab1.hostname, addressesOf(lab1)]], consumer: { ackWaitMs: 1_000 } });
  const keyFile = "/etc/hd/lab1.nk";
  cpSync(world.keys.get("lab1") ?? "", keyFile);
  const flake = await makeToyFlake("/srv/flake", { argv: listenerOf(world.server.url), keyFile });
  const bus = await world.bus(auditor);
  const response = await watchOf(bus);
  let client = await world.raw(alice);
  const system = async () =>
    rightOf(await readSystem({ currentSystem: "/run/current-system", profile: "/nix/var/nix/profiles/system" })());
  const ask: ToyHost["ask"] = async (body) => {
    const id = newId();
    const text = JSON.stringify({ id, ...body });
    return (await jetstream(client).publish(`hd.req.${alice}.test.lab1`, text, { msgID: id })).seq;
  };
  const ended: ToyHost["ended"] = (seq) => response(seq, ({ status }) => isTerminal(status));
  const commitOf = (branch: string) => sh(`git -C /srv/flake/flake.git rev-parse --short=7 ${branch}`);
  const version = () => {
    const pid = sh("systemctl show -P MainPID hd.service");
    return /HD_TEST_VERSION=(\w+)/.exec(readFileSync(`/proc/${pid}/environ`, "utf8"))?.[1] ?? "";
  };
  const idle = () =>
    eventually("no job and no switch runs", async () => {
      const units = sh("systemctl list-units --all --no-legend --plain 'hd-job-*' 'nixos-rebuild-switch-*'");
      return units === "" || undefined;
    });
  return {
    sh,
    system,
    ask,
    ended,
    commitOf,
    version,
    phase: (seq, phase) => response(seq, ({ event }) => event.phase === phase),
    deploy: async (revision, more = {}) => ended(await ask({ revision, ...more })),
    switches: ({ sleep = 0, exit, style = "ng" }) => {
      writeFileSync(join(folder, "sleep"), `${sleep}\n`);
      writeFileSync(join(folder, "style"), `${style}\n`);
      if (exit === undefined) rmSync(join(folder, "exit"), { force: true });
      else writeFileSync(join(folder, "exit"), `${exit}\n`);
    },
    shown: (property) => sh(`systemctl show -P ${property} hd.service`),
    withoutServer: async (run) => {
      await world.server.stop();
      await run().finally(() => world.server.restart());
      // The one of before drops what it is given until it has connected again.
      client = await world.raw(alice);
    },
    lastCall: () => readFileSync(join(folder, "last-call"), "utf8"),
    checks: (checks) => {
      writeFileSync(checksFile, `${JSON.stringify(checks)}\n`);
      sh("systemctl restart hd.service");
    },
    journal: () =>
      sh("journalctl --no-pager -o cat -n 60; for f in /var/lib/hd/*/*.log; do tail -n 30 $f; done || true"),
    reset: async () => {
      await idle();
      switchOver();
      for (const name of ["sleep", "exit", "style"]) rmSync(join(folder, name), { force: true });
      writeFileSync(checksFile, "[]\n");
      const url = `${flake.url}?ref=refs/heads/one&rev=${sh("git -C /srv/flake/flake.git rev-parse one")}`;
      sh(`nixos-rebuild switch --flake '${url}#lab1' > /run/hd-test/reset.log 2>&1`);
      sh("systemctl restart hd.service");
      await eventually("the listener listens", async () => {
        const pid = sh("systemctl show -P MainPID hd.service");
        return sh(`journalctl -o cat _PID=${pid} --no-pager`).includes('"msg":"listening"') || undefined;
      });
    },
    isTrue: async () => {
      await idle();
      await theLogIsTrue({
        hosts: [lab1],
        log: bus.log,
        roster: bus.roster,
        world,
        system,
        runs: () => marksIn(join(folder, "runs")).filter(([id]) => !id.startsWith("reset")),
      });
    },
    stop: async () => {
      sh("systemctl stop hd.service");
      await world.close();
      await world.server.stop();
    },
  };
};
