/** Packages made here, with a program that only says how it was called: what it finds of its libraries, and where it may lie. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../../lib/nix/process.ts";
import type { PrivateApt } from "../../../lib/server/private-apt.ts";
import { natsServer, type Program } from "../../../lib/server/program.ts";
import { keepProgram, keptPrograms } from "../../../lib/server/server-cache.ts";
import { unpackProgram } from "../../../lib/server/unpack-program.ts";

const test = suite("lib/server/unpack-program");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "hd-unpack-")));
const hasDpkg = !(await run(["dpkg-deb", "--version"], { timeoutMs: 10_000 })).missing;
const check = hasDpkg ? test : test.skip;
if (!hasDpkg) console.log("skip: this machine has no dpkg-deb");

test.after(() => rmSync(dir, { recursive: true, force: true }));

const program: Program = { ...natsServer, name: "tool", says: /^tool/, oldest: "2", needs: "libraries" };
const says = '#!/bin/sh\necho "tool 2.8.0 as $(basename "$0") with $LD_LIBRARY_PATH for $*"\n';

const write = (file: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
};

const makePackage = async (name: string, files: Readonly<Record<string, string>>, alias?: string): Promise<string> => {
  const tree = join(dir, "trees", name);
  const control = `Package: ${name}\nVersion: 2.8.0-1\nArchitecture: all\nMaintainer: a tester <t@localhost>\nDescription: a test\n`;
  write(join(tree, "DEBIAN/control"), control);
  for (const [path, text] of Object.entries(files)) write(join(tree, path), text, 0o755);
  if (alias !== undefined) symlinkSync("tool", join(tree, "usr/bin", alias));
  const file = join(dir, `${name}.deb`);
  const { code, stderr } = await run(["dpkg-deb", "--build", tree, file], { timeoutMs: 30_000 });
  assert.is(code, 0, stderr);
  return file;
};

/** As far as unpacking needs it: what was downloaded, and a folder. */
const downloaded = (name: string, packages: readonly string[]): PrivateApt => {
  mkdirSync(join(dir, name));
  const never = () => Promise.reject(new Error("nothing is downloaded here"));
  return {
    dir: join(dir, name),
    packages: async () => packages,
    update: never,
    download: never,
    show: never,
    useSource: never,
  };
};

check("with libraries: a script for each of its names, which finds them wherever the folder is moved", async () => {
  const packages = [
    await makePackage(
      "tool",
      { "usr/bin/tool": says, "usr/bin/other": says, "usr/lib/tool/libtool.so": "" },
      "tool-env",
    ),
    await makePackage("libfirst", { "usr/lib/x86_64-linux-gnu/libfirst.so.1.2": "", "usr/lib/perl/5/auto/X.so": "" }),
  ];
  const unpacked = await unpackProgram(downloaded("apt", packages), program, process.env);
  if (unpacked._tag === "Left") throw new Error(unpacked.left);
  assert.is(unpacked.right.version, "2.8.0");
  const moved = join(dir, "moved to");
  renameSync(dirname(unpacked.right.binary), moved);
  const env = { PATH: process.env["PATH"], LD_LIBRARY_PATH: "/mine" };
  const { stdout } = await run([join(moved, "tool-env"), "a b"], { env, timeoutMs: 10_000 });
  const said = /^tool 2\.8\.0 as tool-env with (.*) for a b\n$/.exec(stdout)?.[1] ?? stdout;
  assert.equal(said.split(":").sort(), ["/mine", `${moved}/usr/lib/tool`, `${moved}/usr/lib/x86_64-linux-gnu`]);
  assert.not(existsSync(join(moved, "other")));
});

check("kept as a folder, whole, however many keep it at once", async () => {
  const env = { PATH: process.env["PATH"], XDG_CACHE_HOME: join(dir, "cache") };
  const unpacked = await unpackProgram(downloaded("apt2", [join(dir, "tool.deb")]), program, env);
  if (unpacked._tag === "Left") throw new Error(unpacked.left);
  const kept = await Promise.all([1, 2, 3].map(() => keepProgram(program, env, unpacked.right, "amd64")));
  assert.is(new Set(kept).size, 1);
  assert.equal(await keptPrograms(program, env, "amd64"), [{ binary: kept[0], version: "2.8.0" }]);
  assert.match((await run([String(kept[0])], { env, timeoutMs: 10_000 })).stdout, /^tool 2\.8\.0/);
});

check("a program that needs nothing else is its file, and a package without it is refused", async () => {
  const alone: Program = { ...program, needs: "itself" };
  const unpacked = await unpackProgram(downloaded("apt3", [join(dir, "tool.deb")]), alone, process.env);
  assert.equal(unpacked, {
    _tag: "Right",
    right: { binary: join(dir, "apt3/unpacked/usr/bin/tool"), version: "2.8.0" },
  });
  const refused = await unpackProgram(downloaded("apt4", [join(dir, "libfirst.deb")]), program, process.env);
  assert.equal(refused, { _tag: "Left", left: "the package has no usr/bin/tool" });
  const none = await unpackProgram(downloaded("apt5", []), program, process.env);
  assert.equal(none, { _tag: "Left", left: "apt downloaded no package" });
});

test.run();
