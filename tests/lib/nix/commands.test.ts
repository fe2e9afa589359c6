/** Each command line as an argv: every value stands where it cannot be read as an option. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as commands from "../../../lib/nix/commands.ts";
import { commit, storePath } from "../../support/fixtures.ts";

const test = suite("lib/nix/commands");

const sha = "a".repeat(40);
const noHooks = ["-c", "core.hooksPath=/dev/null"];
const flakes = ["--extra-experimental-features", "nix-command flakes"];
const job = {
  unit: "hd-job-1.service",
  argv: ["/bin/hd", "job", "1"],
  outputFile: "/o",
  timeoutMs: 1,
  variables: [],
} as const;

const lines: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "git ls-remote, some",
    commands.gitLsRemote("file:///r", ["refs/heads/m", "refs/tags/m^{}"]),
    ["git", ...noHooks, "ls-remote", "--quiet", "--", "file:///r", "refs/heads/m", "refs/tags/m^{}"],
  ],
  [
    "git ls-remote, all",
    commands.gitLsRemote("file:///r", []),
    ["git", ...noHooks, "ls-remote", "--quiet", "--heads", "--tags", "--", "file:///r"],
  ],
  [
    "git init",
    commands.gitInit("/d", { bare: false }),
    ["git", ...noHooks, "init", "--quiet", "--template=", "--", "/d"],
  ],
  [
    "git init, bare",
    commands.gitInit("/d", { bare: true }),
    ["git", ...noHooks, "init", "--quiet", "--template=", "--bare", "--", "/d"],
  ],
  [
    "git fetch, commits",
    commands.gitFetch({ repository: "/d", remote: "file:///r", refspecs: ["+a:b"], commitsOnly: true }),
    [
      "git",
      ...noHooks,
      "--git-dir=/d",
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-auto-gc",
      "--force",
      "--filter=tree:0",
      "--",
      "file:///r",
      "+a:b",
    ],
  ],
  [
    "git fetch, everything",
    commands.gitFetch({ repository: "/d", remote: "file:///r", refspecs: ["+a:b", "+c:d"], commitsOnly: false }),
    [
      "git",
      ...noHooks,
      "--git-dir=/d",
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-auto-gc",
      "--force",
      "--",
      "file:///r",
      "+a:b",
      "+c:d",
    ],
  ],
  [
    "git rev-parse",
    commands.gitCommitOf("/d", "abc1234"),
    ["git", ...noHooks, "--git-dir=/d", "rev-parse", "--verify", "--end-of-options", "abc1234^{commit}"],
  ],
  [
    "git for-each-ref",
    commands.gitRefsWith("/d", commit("a")),
    [
      "git",
      ...noHooks,
      "--git-dir=/d",
      "for-each-ref",
      `--contains=${sha}`,
      "--format=%(refname)",
      "refs/heads",
      "refs/tags",
    ],
  ],
  [
    "git checkout",
    commands.gitCheckout("/d", commit("a")),
    ["git", ...noHooks, "-C", "/d", "checkout", "--quiet", "--force", "--detach", sha],
  ],
  [
    "nix build",
    commands.nixBuild("git+file:///r#x", "/l"),
    ["nix", ...flakes, "build", "--out-link", "/l", "--", "git+file:///r#x"],
  ],
  [
    "nix eval",
    commands.nixHosts("git+file:///r"),
    ["nix", ...flakes, "eval", "--json", "--apply", "builtins.attrNames", "--", "git+file:///r#nixosConfigurations"],
  ],
  [
    "nixos-rebuild",
    commands.nixosRebuild("dry-activate", "git+file:///r?rev=1#web1"),
    ["nixos-rebuild", "dry-activate", "--flake", "git+file:///r?rev=1#web1"],
  ],
  [
    "nix-env",
    commands.setProfile("/p/system", storePath("a")),
    ["nix-env", "--profile", "/p/system", "--set", storePath("a")],
  ],
  [
    "switch-to-configuration",
    commands.switchTo("/nix/store/x", "boot"),
    ["/nix/store/x/bin/switch-to-configuration", "boot"],
  ],
  [
    "systemctl show",
    commands.systemctlShow("hd-job-1.service"),
    ["systemctl", "show", "--property=LoadState,ActiveState", "--", "hd-job-1.service"],
  ],
  [
    "systemctl stop",
    commands.systemctlStop("x.service"),
    ["systemctl", "stop", "--quiet", "--no-ask-password", "--", "x.service"],
  ],
  [
    "systemctl list-units",
    commands.systemctlFailed,
    ["systemctl", "list-units", "--state=failed", "--no-legend", "--no-pager", "--plain", "--full"],
  ],
  [
    "journalctl",
    commands.journalOf("x.service", 90_999),
    [
      "journalctl",
      "--quiet",
      "--no-pager",
      "--output=cat",
      "--lines=5000",
      "--since=@90.999",
      "_SYSTEMD_UNIT=x.service",
    ],
  ],
  [
    "systemd-run, for a job",
    commands.runAsJob({ ...job, outputFile: "/s/a b.log", timeoutMs: 90_500, variables: ["PATH", "HOME"] }),
    [
      "systemd-run",
      "--unit=hd-job-1.service",
      "--collect",
      "--quiet",
      "--no-block",
      "--property=Type=exec",
      "--property=KillMode=mixed",
      "--property=TimeoutStopSec=30",
      "--property=OOMPolicy=continue",
      "--property=RuntimeMaxSec=91",
      "--property=StandardOutput=append:/s/a b.log",
      "--property=StandardError=append:/s/a b.log",
      "--setenv=PATH",
      "--setenv=HOME",
      "--",
      "/bin/hd",
      "job",
      "1",
    ],
  ],
  [
    "systemd-run, for a switch",
    commands.runAndWait({
      unit: "x.service",
      argv: commands.switchTo(storePath("a"), "switch"),
      outputFile: "/o",
      timeoutMs: 60_000,
      variables: ["LOCALE_ARCHIVE"],
    }),
    [
      "systemd-run",
      "--unit=x.service",
      "--collect",
      "--quiet",
      "--wait",
      "--no-ask-password",
      "--property=Type=simple",
      "--property=RuntimeMaxSec=60",
      "--property=StandardOutput=append:/o",
      "--property=StandardError=append:/o",
      "--setenv=LOCALE_ARCHIVE",
      "--",
      `${storePath("a")}/bin/switch-to-configuration`,
      "switch",
    ],
  ],
];

for (const [name, argv, expected] of lines) test(name, () => assert.equal(argv, expected));

test("systemd-run: what systemd would expand is doubled, what it leaves alone is left alone", () => {
  const argv = commands.runAsJob({ ...job, argv: ["/bin/x", "$HOME", `\${HOME}`, "a$$b", "100%", "%h"] });
  assert.equal(argv.slice(argv.indexOf("--") + 1), ["/bin/x", "$$HOME", `$\${HOME}`, "a$$$$b", "100%", "%h"]);
});

test("systemd-run: never a unit without an end", () => {
  for (const timeoutMs of [-5, 0, 1, 999]) {
    assert.ok(commands.runAsJob({ ...job, timeoutMs }).includes("--property=RuntimeMaxSec=1"));
  }
});

test("systemd-run: no pipe and no scope, which would tie the unit to its starter", () => {
  for (const option of commands.runAsJob(job)) assert.not.match(option, /^--(?:pipe|pty|scope|wait|shell)/);
  for (const option of commands.runAndWait(job)) assert.not.match(option, /^--(?:pipe|pty|scope|shell)/);
});

test("a value is one argument of its own, and never stands where an option could", () => {
  const builders: readonly ((value: string) => readonly string[])[] = [
    (value) => commands.gitLsRemote(value, [value]),
    (value) => commands.gitInit(value, { bare: true }),
    (value) => commands.gitFetch({ repository: "/d", remote: value, refspecs: [value], commitsOnly: true }),
    (value) => commands.nixBuild(value, "/l"),
    (value) => commands.systemctlShow(value),
    (value) => commands.systemctlStop(value),
    (value) => commands.runAsJob({ ...job, argv: [value.replaceAll("$", ""), value.replaceAll("$", "")] }),
  ];
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...builders), (text, build) => {
      const value = `-${text.replaceAll("$", "")}`;
      const argv = build(value);
      assert.is(argv.length, build("plain").length);
      assert.ok(argv.indexOf("--") >= 0 && argv.indexOf("--") < argv.indexOf(value));
    }),
  );
});

test.run();
