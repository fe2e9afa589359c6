/** The tests that run under systemd, by what they show. */
import * as assert from "uvu/assert";
import { eventually } from "../support/collector.ts";
import { builderSandbox } from "./builder-sandbox.ts";
import type { ToyHost } from "./host.ts";
import { serverMachine } from "./server-machine.ts";

type Case = (host: ToyHost) => Promise<void>;

const isCompleted = async (host: ToyHost, revision: string, more: object = {}) => {
  const end = await host.deploy(revision, more);
  assert.is(end.status, "completed", end.event.message);
  return end.event;
};

const selfUpgrade: Case = async (host) => {
  const before = host.version();
  const event = await isCompleted(host, "two");
  assert.is.not(before, host.version());
  assert.is(host.version(), host.commitOf("two"));
  const { running, boots } = await host.system();
  assert.equal([running, boots], [event.closure, event.closure]);
};

const brokenUpgrade: Case = async (host) => {
  const seq = await host.ask({ revision: "broken-hd" });
  const before = await host.system();
  const { event } = await host.ended(seq);
  assert.is(event.error, "rolled_back", event.message);
  assert.is(host.version(), host.commitOf("one"));
  assert.equal((await host.system()).running, before.running);
};

const listenerKilled: Case = async (host) => {
  host.switches({ sleep: 1 });
  const seq = await host.ask({ revision: "two" });
  await host.phase(seq, "activate");
  host.sh("systemctl kill --signal=KILL hd.service");
  const { status, event } = await host.ended(seq);
  assert.is(status, "completed", event.message);
};

const jobKilled: Case = async (host) => {
  host.switches({ sleep: 2 });
  const seq = await host.ask({ revision: "two" });
  await host.phase(seq, "activate");
  host.sh("systemctl kill --signal=KILL 'hd-job-*'");
  const { event } = await host.ended(seq);
  assert.is(event.error, "interrupted", event.message);
};

const anotherSwitch: Case = async (host) => {
  const before = await host.system();
  host.sh("systemd-run --quiet --unit=nixos-rebuild-switch-to-configuration --collect sleep 4");
  const { event } = await host.deploy("two");
  assert.is(event.error, "busy", event.message);
  assert.equal(await host.system(), before);
};

const unitFails: Case = async (host) => {
  const before = await host.system();
  const { event } = await host.deploy("bad-unit");
  assert.equal([event.error, event.cause], ["rolled_back", "units_failed"], event.message);
  assert.ok(
    event.failed_units?.some((unit) => unit === "bad.service"),
    `${event.failed_units}`,
  );
  const { running, boots } = await host.system();
  assert.equal([running, boots], [before.boots, before.boots]);
};

const unitFailsInBash: Case = async (host) => {
  host.switches({ style: "bash" });
  await unitFails(host);
};

const unitIsTolerated: Case = async (host) => {
  await isCompleted(host, "bad-unit", { tolerate_units: ["bad.service"] });
};

/** By its own switch script, as the unit that every switch on a machine has. */
const healthCheckFails: Case = async (host) => {
  host.checks([{ name: "never well", command: ["/bin/false"], tries: 2, pause_ms: 10 }]);
  const { running: before } = await host.system();
  const { event } = await host.deploy("two");
  assert.equal([event.error, event.cause], ["rolled_back", "health_check_failed"], event.message);
  const call = host.lastCall();
  assert.ok(call.includes("ARGS=switch\n"), call);
  assert.ok(call.includes(`SELF=${before}\n`), call);
  assert.ok(call.includes("nixos-rebuild-switch-to-configuration.service"), call);
};

/** A job that cannot end itself, here because it is stopped: its unit's own limit ends it. Shortened by a drop-in. */
const jobIsStuck: Case = async (host) => {
  host.sh(`mkdir -p /run/systemd/system/hd-job-.service.d
printf '[Service]\\nRuntimeMaxSec=4\\nTimeoutStopSec=1\\n' > /run/systemd/system/hd-job-.service.d/short.conf
systemctl daemon-reload`);
  try {
    host.switches({ sleep: 3 });
    const seq = await host.ask({ revision: "two" });
    await host.phase(seq, "activate");
    host.sh("systemctl kill --signal=STOP --kill-whom=main 'hd-job-*'");
    const { event } = await host.ended(seq);
    assert.is(event.error, "interrupted", event.message);
    await eventually(
      "its unit has ended",
      async () => host.sh("systemctl list-units --no-legend 'hd-job-*'") === "" || undefined,
    );
  } finally {
    host.sh("rm -r /run/systemd/system/hd-job-.service.d; systemctl daemon-reload");
  }
};

/** `systemctl restart` comes back when the unit is ready, and until then it would hold up a switch. */
const readyWhenItServes: Case = async (host) => {
  assert.equal([host.shown("ActiveState"), host.shown("StatusText")], ["active", servingText]);
  const pid = host.shown("MainPID");
  assert.not.match(host.sh(`tr '\\0' '\\n' < /proc/${pid}/environ`), /SU[A-Z2-7]{50}/);
  host.switches({ sleep: 2 });
  const seq = await host.ask({ revision: "two" });
  await host.phase(seq, "activate");
  const job = host.sh("systemctl list-units --no-legend --plain 'hd-job-*' | cut -d' ' -f1");
  const seen = host.sh(`tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID ${job})/environ`);
  assert.not.match(seen, /^(NOTIFY_SOCKET|WATCHDOG_|CREDENTIALS_DIRECTORY)/m);
  const { status, event } = await host.ended(seq);
  assert.is(status, "completed", event.message);
};

const servingText = "serving deploy.test.lab1, deploy.test.all, deploy.test.role.dns";

const serverAway: Case = async (host) => {
  await host.withoutServer(async () => {
    host.sh("timeout 60 systemctl restart hd.service");
    assert.is(host.shown("ActiveState"), "active");
    assert.match(host.shown("StatusText"), "Could not connect to");
  });
  await eventually("it serves", async () => host.shown("StatusText") === servingText || undefined);
  await isCompleted(host, "two");
};

/** Stopped, as by a loop that never ends: shortened by a drop-in. */
const listenerHangs: Case = async (host) => {
  const dropIn = "/run/systemd/system/hd.service.d";
  host.sh(`mkdir -p ${dropIn}; printf '[Service]\\nWatchdogSec=2\\n' > ${dropIn}/short.conf
systemctl daemon-reload; systemctl restart hd.service`);
  try {
    const pid = host.shown("MainPID");
    await eventually(
      "it says that it lives",
      async () => host.shown("WatchdogTimestampMonotonic") !== "0" || undefined,
    );
    host.sh("systemctl kill --signal=STOP --kill-whom=main hd.service");
    await eventually("another one runs", async () => {
      const now = host.shown("MainPID");
      return (now !== pid && now !== "0") || undefined;
    });
    await isCompleted(host, "two");
  } finally {
    host.sh(`rm -r ${dropIn}; systemctl daemon-reload`);
  }
};

/** The log is asked what the host runs, so what does not deploy is followed by a deployment. */
const beside =
  (others: Case): Case =>
  async (host) => {
    await others(host);
    await isCompleted(host, "two");
  };

export const cases: Readonly<Record<string, Case>> = {
  "a deployment restarts its own listener, and the new one reports it once": selfUpgrade,
  "a version of hd that does not start: nobody confirms, the job rolls back, the old one reports": brokenUpgrade,
  "kill -9 of the listener: its job goes on": listenerKilled,
  "kill -9 of the job: interrupted, and the host takes the next": jobKilled,
  "a switch by someone else: busy, and nothing is changed": anotherSwitch,
  "exit 4 and a failed unit: named, and rolled back": unitFails,
  "a failed unit behind nixos-rebuild's old exit code 1": unitFailsInBash,
  "a unit that may fail": unitIsTolerated,
  "a health check that fails: the old system's own switch brings it back": healthCheckFails,
  "the unit is ready when it serves, and its jobs cannot speak for it": readyWhenItServes,
  "a server that is away: the unit is ready all the same, and says what it waits for": serverAway,
  "a listener that hangs: the watchdog restarts it, and it goes on": listenerHangs,
  "the machine with the log: server, log, listener, alerter and MCP server start, each in its sandbox":
    beside(serverMachine),
  "the builder's sandbox: git and Nix work in it, as a client of the daemon": beside(builderSandbox),
  "a job that hangs for good: its unit's own limit ends it": jobIsStuck,
};
