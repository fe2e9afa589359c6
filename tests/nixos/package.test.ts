/**
 * The package: what it fetches, and that npm writes what the lock file has the hash of. The whole build by hand is
 * `npm run prove:package`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../lib/nix/process.ts";
import { nixTools } from "../support/nix.ts";
import { type Fetch, packageNix } from "../support/package-nix.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("nixos/package");
const root = join(import.meta.dirname, "../..");
const nix = await nixTools();

interface LockEntry {
  readonly name?: string;
  readonly version: string;
  readonly integrity: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
const manifest = json("package.json");
const lock: Readonly<Record<string, LockEntry>> = json("package-lock.json").packages;
const paths = Object.keys(lock).filter((path) => path !== "");
const ownName = (path: string): string => path.split("node_modules/").at(-1) ?? "";

/** Where Node looks for a package that one in `path` asks for: beside it, then further up. */
const found = (among: readonly string[], path: string, name: string): boolean => {
  const folders = path.split("/node_modules/");
  return folders
    .map((_, depth) => [...folders.slice(0, folders.length - depth), name].join("/node_modules/"))
    .concat(`node_modules/${name}`)
    .some((place) => among.includes(place));
};

/** Runs the fetch of one package; undefined where npm reaches nothing. */
const hashOf = async ({ script }: Fetch, dir: string): Promise<string | undefined> => {
  mkdirSync(dir);
  const out = join(dir, "out");
  const userconfig = process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc");
  const env = { ...process.env, TMPDIR: dir, out, npm_config_userconfig: userconfig };
  const { code, stderr } = await run(["/bin/sh", "-euc", script], { env, cwd: dir, timeoutMs: 60_000 });
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(stderr)) return undefined;
  assert.is(code, 0, stderr);
  return `sha512-${createHash("sha512").update(readFileSync(out)).digest("base64")}`;
};

if (nix !== undefined) {
  const hd = await packageNix(nix, "x64");

  test("its name and version are those of package.json, and stand nowhere else", () => {
    assert.is(hd.pname, manifest.name);
    assert.is(hd.version, manifest.version);
    const files = readdirSync(join(root, "nixos"), { recursive: true, encoding: "utf8" }).map((path) =>
      join("nixos", path),
    );
    const texts = ["flake.nix", ...files.filter((path) => path.endsWith(".nix"))].map((path) =>
      readFileSync(join(root, path), "utf8"),
    );
    assert.equal(
      texts.filter((text) => text.includes(`"${manifest.version}"`)),
      [],
    );
  });

  test("every entry of the lock is one fetch, under the entry's hash", () => {
    assert.equal(Object.keys(hd.fetches).sort(), [...paths].sort());
    for (const path of paths) {
      const { hash, mode, name, script } = hd.fetches[path] as Fetch;
      const { integrity, version, name: alias = ownName(path) } = lock[path] as LockEntry;
      assert.is(hash, integrity);
      assert.is(mode, "flat");
      assert.match(script, `'${alias}@${version}'`);
      assert.match(name, /^[0-9A-Za-z+._-]+\.tgz$/);
    }
  });

  test("an alias is fetched by its real name, and what is nested by its own", () => {
    assert.match(hd.fetches["node_modules/nats"]?.script ?? "", "'@nats-io/transport-node@");
    assert.match(hd.fetches["node_modules/nkeys.js"]?.script ?? "", "'@nats-io/nkeys@");
    assert.match(hd.fetches["node_modules/express/node_modules/content-type"]?.script ?? "", "'content-type@");
  });

  test("no address of a registry stands anywhere", () => {
    const text = [JSON.stringify(hd), readFileSync(join(root, "package-lock.json"), "utf8")].join("");
    assert.not.match(text, /"resolved"/);
    assert.not.match(text, /registry\.[a-z]|:\/\/(?!json-schema)[\w.-]*npm/);
  });

  for (const [cpu, ours] of [
    ["x64", "linux-x64"],
    ["arm64", "linux-arm64"],
  ] as const)
    test(`what a build for ${cpu} needs, and no more: neither other tools nor other machines`, async () => {
      const { lock: needed, manifest: narrowed } = await packageNix(nix, cpu);
      const kept = Object.keys(needed.packages);
      const ships = paths.filter((path) => lock[path]?.dev !== true);
      assert.equal(kept.sort(), ["", ...ships, "node_modules/esbuild", `node_modules/@esbuild/${ours}`].sort());
      assert.equal(narrowed.dependencies, manifest.dependencies);
      assert.equal(Object.keys(narrowed.devDependencies), ["esbuild"]);
      for (const [path, { dependencies = {} }] of Object.entries(needed.packages))
        for (const name of Object.keys(dependencies))
          assert.ok(found(kept, path, name), `${name}, which ${path} needs`);
    });

  test("npm writes what the lock has the hash of: an alias, a scope, a plain name, one that is nested", async () => {
    const dir = tempDir("fetches");
    const chosen = ["nats", "@nats-io/nats-core", "picocolors", "express/node_modules/content-type"];
    for (const [index, path] of chosen.map((name) => `node_modules/${name}`).entries()) {
      const fetch = hd.fetches[path] as Fetch;
      const hash = await hashOf(fetch, join(dir, String(index)));
      if (hash === undefined) return console.log("skip: npm reaches no package here");
      assert.is(hash, fetch.hash, path);
    }
  });
} else test.skip("all of it");

test.run();
