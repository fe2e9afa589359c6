/**
 * apt with a state of its own: lists, cache and sources in one folder, so that the machine's are neither changed nor needed,
 * and no right of root is. Everything else the machine has set (proxies, credentials, timeouts) stays in force.
 * Signatures are checked whatever the machine allows itself.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, run } from "../nix/process.ts";
import type { Program } from "./program.ts";

export interface PrivateApt {
  readonly dir: string;
  readonly update: () => Promise<Ran>;
  /** Leaves the package in `packages()`; `libraries`: and with it what it depends on and the machine has not installed. */
  readonly download: (wanted: string, needs: Program["needs"]) => Promise<Ran>;
  readonly packages: () => Promise<readonly string[]>;
  readonly show: (packageName: string) => Promise<Ran>;
  /** Replaces the sources by the given `.sources` text. */
  readonly useSource: (text: string) => Promise<void>;
}

const timeoutMs = 180_000;

/** Hooks act on the machine's own state. Only a file can clear a list, and only one named by -c is read after the others. */
const clearedHooks = ["Update::Pre-Invoke", "Update::Post-Invoke", "Update::Post-Invoke-Success"]
  .map((hook) => `#clear APT::${hook};\n`)
  .join("");

/** The options that make apt private to `dir`. */
const privateOptions = (dir: string): readonly string[] => {
  const options = {
    "Dir::State": join(dir, "state"),
    "Dir::State::lists": join(dir, "state/lists"),
    "Dir::Cache": join(dir, "cache"),
    "Dir::Cache::archives": join(dir, "cache/archives"),
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(dir, "sources"),
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Default-Release": "",
    "APT::Sandbox::User": "",
    "APT::Update::Error-Mode": "any",
    "APT::Get::AllowUnauthenticated": "false",
    "Acquire::AllowInsecureRepositories": "false",
    "Acquire::AllowWeakRepositories": "false",
    "Acquire::AllowDowngradeToInsecureRepositories": "false",
  };
  return [
    "-c",
    join(dir, "apt.conf"),
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ];
};

/** apt is told what the machine has, and neither changes it nor locks it. */
const downloads: Readonly<Record<Program["needs"], readonly string[]>> = {
  itself: ["download"],
  libraries: [
    "install",
    ...["--download-only", "--reinstall", "--no-install-recommends", "--assume-yes"],
    ...["-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "Debug::NoLocking=true"],
  ],
};

const packagesIn = async (dir: string): Promise<readonly string[]> => {
  const found = [dir, join(dir, "cache/archives")].map(async (folder) =>
    (await readdir(folder)).filter((name) => name.endsWith(".deb")).map((name) => join(folder, name)),
  );
  return (await Promise.all(found)).flat();
};

/** Makes the folder, gives it to `body` and removes it, however `body` ends. */
export const withPrivateApt = async <T>(env: NodeJS.ProcessEnv, body: (apt: PrivateApt) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(join(tmpdir(), "hd-apt-"));
  const options = { cwd: dir, env: { ...env, LC_ALL: "C" }, timeoutMs };
  try {
    for (const folder of ["state/lists/partial", "cache/archives/partial", "sources"]) {
      await mkdir(join(dir, folder), { recursive: true });
    }
    await writeFile(join(dir, "apt.conf"), clearedHooks);
    const get = (...args: readonly string[]) => run(["apt-get", ...privateOptions(dir), "-q", ...args], options);
    return await body({
      dir,
      update: () => get("update"),
      download: (wanted, needs) => get(...downloads[needs], wanted),
      packages: () => packagesIn(dir),
      show: (name) => run(["apt-cache", ...privateOptions(dir), "show", "--no-all-versions", name], options),
      useSource: (text) => writeFile(join(dir, "sources/archive.sources"), text),
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
