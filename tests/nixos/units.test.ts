/** The units as they were reviewed: how far they are open, that systemd can read them, and that hd takes their command lines. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandTable } from "../../cli/command-table.ts";
import { commands } from "../../cli/commands.ts";
import type { ListenerOptions } from "../../lib/contract/listener-options.ts";
import { defaultTemplates } from "../../lib/contract/template.ts";
import { idleCli } from "../../scripts/idle-cli.ts";
import { analyze, services, timers, type UnitFile, valuesOf, wordsOf } from "../support/unit-files.ts";

const test = suite("nixos/units");
const mostExposed = 2;

const eachAnalyzed = (
  words: readonly string[],
  check: (unit: UnitFile, ran: { code: number; said: string }) => void,
) => {
  for (const unit of services()) {
    const ran = analyze(words, unit);
    if (ran === undefined) return void console.log("skip: there is no systemd-analyze here");
    check(unit, ran);
  }
};

test("there are units of every part", () => {
  const parts = new Set(services().map(({ name }) => name.split("/homelab-deploy-")[1]));
  const wanted = ["alerter", "build-nixos", "builder", "listener", "mcp", "nats", "streams"];
  assert.equal(
    [...parts].sort(),
    wanted.map((part) => `${part}.service`),
  );
});

test("no unit is more exposed than 2.0", () => {
  eachAnalyzed(["security", "--offline=yes", "--no-pager"], ({ name }, { said }) => {
    const [, level = "none"] = /Overall exposure level for .*: ([\d.]+)/.exec(said) ?? [];
    assert.ok(Number(level) <= mostExposed, `${name}: ${level}`);
  });
});

test("systemd finds nothing wrong with any of them", () => {
  eachAnalyzed(["verify", "--man=no"], ({ name }, { code, said }) => {
    assert.is(`${name}: ${code} ${said.trim()}`, `${name}: 0 `);
  });
});

/** What hd would not run under, or what a restart would break. */
test("what must not stand in any of them does not", () => {
  for (const unit of services()) {
    const isNode = !unit.name.endsWith("-nats.service");
    if (isNode) assert.equal(valuesOf(unit, "MemoryDenyWriteExecute"), [], unit.name);
    assert.not.match(unit.text, /SU[A-Z2-7]{56}|\/nix\/store\/\S*\.nk\b/, unit.name);
    assert.equal(valuesOf(unit, "ProtectSystem"), ["strict"], unit.name);
  }
});

test("a secret is handed over by systemd, and read from where it puts it", () => {
  for (const unit of services()) {
    const given = valuesOf(unit, "LoadCredential").map((one) => `%d/${one.split(":")[0]}`);
    const words = valuesOf(unit, "ExecStart").flatMap(wordsOf);
    assert.equal(
      words.filter((word) => word.startsWith("%d/") && !given.includes(word)),
      [],
      unit.name,
    );
    assert.equal(
      words.filter((word) => /^\/run\/secrets\//.test(word)),
      [],
      unit.name,
    );
  }
});

test("each service says when it serves and that it lives, and is started for as long as it takes", () => {
  for (const unit of services().filter(({ name }) => /(listener|alerter|mcp|builder)\.service$/.test(name))) {
    const keys = ["Type", "NotifyAccess", "WatchdogSec", "WatchdogSignal", "Restart", "StartLimitIntervalSec"];
    const values = keys.flatMap((key) => valuesOf(unit, key));
    assert.equal(values, ["notify", "all", "180", "SIGKILL", "always", "0"], unit.name);
  }
});

test("whose unit waits for a word tells systemd that it serves", () => {
  const mains = ["handlers/main.ts", "streams/alerts/main.ts", "cli/mcp-main.ts", "handlers/builder-main.ts"];
  for (const file of mains.map((main) => join(import.meta.dirname, "../..", main)).filter(existsSync)) {
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes("takeServiceManager(process.env") && text.includes("manager.ready("), file);
  }
});

test("a listener is restarted once, at the end of a switch, and its jobs find their programs", () => {
  for (const unit of services().filter(({ name }) => name.endsWith("listener.service"))) {
    assert.equal(valuesOf(unit, "X-StopIfChanged"), ["false"]);
    assert.equal(valuesOf(unit, "KillMode"), ["mixed"]);
    const path = valuesOf(unit, "Environment").find((one) => one.startsWith('"PATH=')) ?? "";
    for (const name of ["nix", "nixos-rebuild", "gitMinimal", "openssh", "systemd", "coreutils"])
      assert.match(path, new RegExp(`-${name}/bin`));
  }
});

type Name = (typeof commandTable)[number]["name"];
const isName = (name: string): name is Name => commandTable.some((entry) => entry.name === name);

/** `--long`, as the help of the command shows it. */
const optionsOf = (name: Name): ReadonlySet<string> =>
  new Set(commands[name](idleCli).topics.flatMap(({ usage }) => usage.match(/--[a-z-]+/g) ?? []));

const commandIn = ([first = "", second = ""]: readonly string[]): string =>
  isName(`${first} ${second}`) ? `${first} ${second}` : first;

test("every option on a command line is one that hd has", () => {
  for (const unit of services().filter(({ name }) => !name.endsWith("-nats.service"))) {
    const [, ...words] = valuesOf(unit, "ExecStart").flatMap(wordsOf);
    const command = commandIn(words);
    if (!isName(command)) {
      console.log(`skip: there is no hd ${command} yet, so nobody can say what it takes`);
      continue;
    }
    const known = optionsOf(command);
    assert.equal(
      words.filter((word) => word.startsWith("--") && !known.has(word)),
      [],
      `${unit.name}: hd ${command}`,
    );
  }
});

test("hd reads of the smallest host's command line what its options say", async () => {
  const [unit] = services().filter(({ name }) => name.startsWith("host/"));
  const [, , ...words] = valuesOf(unit ?? { text: "" }, "ExecStart").flatMap(wordsOf);
  let given: ListenerOptions | undefined;
  const listen = async (options: ListenerOptions) => {
    given = options;
    return 0;
  };
  const outcome = await commands.listener({ ...idleCli, listen }).run(words);
  assert.is(outcome.kind, "ended", JSON.stringify(outcome));
  assert.equal(given?.host, { hostname: "testhost", tier: "prod", roles: [] });
  assert.equal([given?.servers, given?.credentials], [["tls://nats.example.org"], { kind: "nkey", file: "%d/nkey" }]);
  assert.equal([given?.timeoutMs, given?.queueMs, given?.heartbeatMs], [600_000, 3_600_000, 15_000]);
  assert.equal(given?.deploySubjects, defaultTemplates);
});

test("a timer is for a service that is there", () => {
  const names = services().map(({ name }) => name);
  for (const { name } of timers()) assert.ok(names.includes(name.replace(/timer$/, "service")), name);
});

test.run();
