/**
 * The transient unit of a job stays nearly plain. Each property that is forbidden here was tried on a unit that runs
 * nixos-rebuild as root with a sandboxed build, and breaks it; two of them without a word.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runAndWait, runAsJob } from "../../lib/nix/commands.ts";

const test = suite("nixos/job");

const unit = {
  unit: "hd-job-X.service",
  argv: ["/bin/true"],
  outputFile: "/x.log",
  timeoutMs: 1_000,
  variables: ["PATH"],
} as const;

const breaks: Readonly<Record<string, string>> = {
  RestrictNamespaces:
    "Nix cannot unshare and remounts the shared store: it exits with 0, and /nix/store stays writable for the whole machine",
  RestrictAddressFamilies: "without AF_UNIX the switch silently runs in the job's own unit and dies with it",
  ProtectSystem: "with strict there is no temporary folder for a build",
  ProtectHome: "there is no cache for Nix in root's home",
  ProtectHostname: "a build cannot set its host name",
  ProcSubset: "a build cannot bring up its loopback interface",
  PrivateUsers: "the store cannot be remounted writable",
  CapabilityBoundingSet: "without CAP_SYS_ADMIN the store cannot be remounted writable",
  SystemCallFilter: "git or the builder is killed",
  DynamicUser: "there is no home, and nothing may be switched",
  User: "only root switches a system",
  MemoryDenyWriteExecute: "the job is Node, which compiles at run time",
  PrivateNetwork: "the flake cannot be fetched",
};

/** Reviewed one by one. */
const allowed = ["Type", "KillMode", "TimeoutStopSec", "OOMPolicy", "RuntimeMaxSec", "StandardOutput", "StandardError"];

const propertiesOf = (argv: readonly string[]): readonly string[] =>
  argv.flatMap((word) => /^(?:--property=|-p)([A-Za-z]+)=/.exec(word)?.[1] ?? []);

test("nothing that breaks a deployment is among the properties of its unit", () => {
  for (const argv of [runAsJob(unit), runAndWait(unit)]) {
    for (const property of propertiesOf(argv)) {
      assert.is(breaks[property], undefined, `${property}: ${breaks[property]}`);
      assert.ok(allowed.includes(property), `${property} is new: try it as docs/adr/0036 says, then add it here`);
    }
  }
});

test("neither a pipe nor a scope ties a job to its listener", () => {
  assert.equal(
    runAsJob(unit).filter((word) => /^--(pipe|pty|scope|wait)/.test(word)),
    [],
  );
});

test.run();
