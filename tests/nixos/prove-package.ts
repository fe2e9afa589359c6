/**
 * `npm run prove:package`: builds the package as nixos/package.nix says it, step by step and without Nix's builder: each of
 * its fetches, compared with its hash; what importNpmLock makes of them; then, offline and from those files alone, what its
 * hook, the build and the installation run. It ends with `hd --version` of the result. It needs npm's packages and a minute.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Argv, run } from "../../lib/nix/process.ts";
import { nixTools } from "../support/nix.ts";
import { type Fetch, type Package, packageNix } from "../support/package-nix.ts";
import { tempDir } from "../support/temp-dir.ts";

const root = join(import.meta.dirname, "../..");
const atOnce = 4;

type Variables = Readonly<Record<string, string>>;

/** Throws what a command said when it failed. */
const done = async (argv: Argv, cwd: string, variables: Variables): Promise<string> => {
  const { code, stdout, stderr } = await run(argv, { cwd, env: { ...process.env, ...variables }, timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${stdout}${stderr}`);
  return stdout;
};

const shell = (script: string, cwd: string, variables: Variables): Promise<string> =>
  done(["bash", "-euc", script], cwd, variables);

/** The file that a fetch leaves, in a folder of its own. */
const fetched = async ({ name, hash, script }: Fetch, dir: string): Promise<string> => {
  mkdirSync(dir, { recursive: true });
  const out = join(dir, name);
  const userconfig = process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc");
  await shell(script, dir, { TMPDIR: dir, out, npm_config_userconfig: userconfig });
  const actual = `sha512-${createHash("sha512").update(readFileSync(out)).digest("base64")}`;
  if (actual !== hash) throw new Error(`${name} has the hash ${actual}, and the lock file ${hash}`);
  return out;
};

const fetchAll = async (hd: Package, dir: string): Promise<ReadonlyMap<string, string>> => {
  const queue = Object.keys(hd.lock.packages).filter((path) => path !== "");
  const files = new Map<string, string>();
  const worker = async (): Promise<void> => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop())
      files.set(path, await fetched(hd.fetches[path] as Fetch, join(dir, String(files.size), path)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return files;
};

/** As importNpmLock does it: every dependency is a file, in both of npm's own. */
const imported = ({ manifest, lock }: Package, files: ReadonlyMap<string, string>): readonly [string, object][] => {
  const asFile = (path: string): string => `file:${files.get(path)}`;
  const of = (names: Variables) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, asFile(`node_modules/${name}`)]));
  const resolved = Object.entries(lock.packages).map(([path, entry]) => [
    path,
    path === "" ? entry : { ...entry, resolved: asFile(path) },
  ]);
  const { dependencies, devDependencies } = manifest;
  return [
    ["package.json", { ...manifest, dependencies: of(dependencies), devDependencies: of(devDependencies) }],
    ["package-lock.json", { ...lock, packages: Object.fromEntries(resolved) }],
  ];
};

const copySources = ({ src }: Package, to: string): void => {
  const patterns = src.map((pattern) => new RegExp(pattern));
  for (const folder of readdirSync(root).filter((name) => patterns.some((pattern) => pattern.test(name))))
    cpSync(join(root, folder), join(to, folder), {
      recursive: true,
      filter: (from) => patterns.some((pattern) => pattern.test(from.slice(root.length + 1))),
    });
};

/** nixpkgs' two words of the installation, as far as it uses them. */
const words = `runHook() { :; }
makeWrapper() { mkdir -p "\${2%/*}"; printf '#!/bin/sh\\nexec %s %s "$@"\\n' "$1" "$4" > "$2"; chmod +x "$2"; }
`;

const build = async (hd: Package, files: ReadonlyMap<string, string>, dir: string): Promise<string> => {
  const [source, out, home] = [join(dir, "source"), join(dir, "out"), join(dir, "home")];
  const variables = { HOME: home, npm_config_userconfig: "/dev/null", npm_config_offline: "true", out };
  for (const folder of [source, home]) mkdirSync(folder);
  copySources(hd, source);
  const originals = imported(hd, files).map(([name, content]): [string, string] => {
    const original = readFileSync(join(source, name), "utf8");
    writeFileSync(join(source, name), JSON.stringify(content));
    return [name, original];
  });
  await done(["npm", "install", "--ignore-scripts"], source, variables);
  await done(["npm", "rebuild"], source, variables);
  for (const [name, original] of originals) writeFileSync(join(source, name), original);
  await done(["npm", "run", "build"], source, variables);
  await shell(`${words}${hd.installPhase}`, source, variables);
  // Away from its sources, so that nothing of node_modules can be found.
  const installed = join(dir, "installed");
  cpSync(out, installed, { recursive: true });
  await shell(`sed -i "s|${out}|${installed}|" ${installed}/bin/hd; rm -r ${source} ${out}`, dir, {});
  await shell(`${words}${hd.installCheckPhase}`, dir, { out: installed });
  return done([join(installed, "bin/hd"), "--version"], dir, {});
};

const nix = await nixTools();
if (nix !== undefined) {
  const hd = await packageNix(nix);
  const dir = tempDir("package");
  const files = await fetchAll(hd, join(dir, "fetched"));
  console.log(`${files.size} packages fetched by npm, each with the hash that package-lock.json has`);
  console.log(`built and installed without a network: hd ${(await build(hd, files, dir)).trim()}`);
}
