/**
 * Every command line of git, Nix and NixOS, each a pure function from values to an argv. A value stands behind `--`,
 * behind the option it belongs to, or joined to one by `=`, so that none is ever read as an option.
 */
import type { Action, Commit, StorePath } from "../contract/values.ts";
import type { Argv } from "./launch.ts";

/** Hooks of the user's own configuration have no business in a repository of ours. */
const git = (...args: readonly string[]): Argv => ["git", "-c", "core.hooksPath=/dev/null", ...args];

/** Prints `<hash>\t<ref>` for each ref that ends in one of `patterns`; for all branches and tags without any. */
export const gitLsRemote = (remote: string, patterns: readonly string[]): Argv =>
  git("ls-remote", "--quiet", ...(patterns.length === 0 ? ["--heads", "--tags"] : []), "--", remote, ...patterns);

export const gitVersion: Argv = git("--version");

export const gitInit = (dir: string, { bare }: { readonly bare: boolean }): Argv =>
  git("init", "--quiet", "--template=", ...(bare ? ["--bare"] : []), "--", dir);

export interface Fetch {
  readonly repository: string;
  readonly remote: string;
  readonly refspecs: readonly string[];
  /** Leaves files and folders out; a server that cannot do that sends them all the same. */
  readonly commitsOnly: boolean;
}

export const gitFetch = ({ repository, remote, refspecs, commitsOnly }: Fetch): Argv =>
  git(
    `--git-dir=${repository}`,
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-auto-gc",
    "--force",
    ...(commitsOnly ? ["--filter=tree:0"] : []),
    "--",
    remote,
    ...refspecs,
  );

/** Prints the commit behind a hash: a shortened one, or that of a tag. */
export const gitCommitOf = (repository: string, hash: string): Argv =>
  git(`--git-dir=${repository}`, "rev-parse", "--verify", "--end-of-options", `${hash}^{commit}`);

/** Prints the branches, then the tags, that contain a commit. */
export const gitRefsWith = (repository: string, commit: Commit): Argv =>
  git(
    `--git-dir=${repository}`,
    "for-each-ref",
    `--contains=${commit}`,
    "--format=%(refname)",
    "refs/heads",
    "refs/tags",
  );

/** Makes the files of a work tree those of a commit, whatever was there. */
export const gitCheckout = (workTree: string, commit: Commit): Argv =>
  git("-C", workTree, "checkout", "--quiet", "--force", "--detach", commit);

const nix = (...args: readonly string[]): Argv => [
  "nix",
  "--extra-experimental-features",
  "nix-command flakes",
  ...args,
];

/** The link is what keeps the system from being collected as garbage before it is activated. */
export const nixBuild = (installable: string, outLink: string): Argv =>
  nix("build", "--out-link", outLink, "--", installable);

/** Prints the names of the hosts that a flake configures, as JSON. */
export const nixHosts = (flakeRef: string): Argv =>
  nix("eval", "--json", "--apply", "builtins.attrNames", "--", `${flakeRef}#nixosConfigurations`);

/** Builds next to nothing, which nobody has built before: the name must be new. */
export const nixTrial = (name: string): Argv =>
  nix(
    "build",
    "--impure",
    "--no-link",
    "--expr",
    `derivation { name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; preferLocalBuild = true; allowSubstitutes = false; }`,
  );

export const nixosRebuild = (action: Action, pinnedHost: string): Argv => [
  "nixos-rebuild",
  action,
  "--flake",
  pinnedHost,
];

export const setProfile = (profile: string, closure: StorePath): Argv => [
  "nix-env",
  "--profile",
  profile,
  "--set",
  closure,
];

export const switchTo = (closure: string, action: Action): Argv => [`${closure}/bin/switch-to-configuration`, action];

/** LoadState first: systemd tells of a unit that does not exist as if it had ended well. */
export const systemctlShow = (unit: string): Argv => [
  "systemctl",
  "show",
  "--property=LoadState,ActiveState",
  "--",
  unit,
];

export const systemctlStop = (unit: string): Argv => ["systemctl", "stop", "--quiet", "--no-ask-password", "--", unit];

/** One failed unit in each line, by its whole name. */
export const systemctlFailed: Argv = [
  "systemctl",
  "list-units",
  "--state=failed",
  "--no-legend",
  "--no-pager",
  "--plain",
  "--full",
];

/** Prints what the processes of a unit wrote to the journal, and nothing that systemd says of it. */
export const journalOf = (unit: string, sinceMs: number): Argv => [
  "journalctl",
  "--quiet",
  "--no-pager",
  "--output=cat",
  "--lines=5000",
  `--since=@${(sinceMs / 1000).toFixed(3)}`,
  `_SYSTEMD_UNIT=${unit}`,
];

export interface TransientUnit {
  readonly unit: string;
  readonly argv: Argv;
  readonly outputFile: string;
  /** systemd ends the unit after it, whatever the program does. */
  readonly timeoutMs: number;
  /** Names of variables, which systemd-run takes from its own environment: a value here would be there for all to read. */
  readonly variables: readonly string[];
}

/** systemd expands `${NAME}`, a lone `$NAME` and `$$` in the command, and older ones cannot be told not to. */
const unexpanded = (argument: string): string => argument.replaceAll("$", "$$$$");

/** No pipe and no scope: both would tie the unit to whoever starts it. */
const transient = (
  options: readonly string[],
  { unit, argv, outputFile, timeoutMs, variables }: TransientUnit,
): Argv => [
  "systemd-run",
  `--unit=${unit}`,
  "--collect",
  "--quiet",
  ...options,
  `--property=RuntimeMaxSec=${Math.max(1, Math.ceil(timeoutMs / 1000))}`,
  `--property=StandardOutput=append:${outputFile}`,
  `--property=StandardError=append:${outputFile}`,
  ...variables.map((name) => `--setenv=${name}`),
  "--",
  ...argv.map(unexpanded),
];

/**
 * How a job's unit ends. `mixed`: only the job is told, so that it ends its commands itself and does not take their dying
 * for a failed build; what is left then is killed, also what left its process group. A command that the kernel kills for
 * want of memory is the job's to report, so systemd does not end the job for it. The job needs 6 s for what ignores SIGTERM.
 */
const jobEnds = ["--property=KillMode=mixed", "--property=TimeoutStopSec=30", "--property=OOMPolicy=continue"];

export const runAsJob = (unit: TransientUnit): Argv =>
  transient(["--no-block", "--property=Type=exec", ...jobEnds], unit);

/**
 * Ends with the exit code of the program, which goes on when it is ended itself. Not `exec`: of a program that fails within a
 * few milliseconds systemd-run would say 1 (seen with 252), because there the very start counts as failed.
 */
export const runAndWait = (unit: TransientUnit): Argv =>
  transient(["--wait", "--no-ask-password", "--property=Type=simple"], unit);
