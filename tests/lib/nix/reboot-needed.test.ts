/** Systems as folders of links, as NixOS makes them. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rebootNeeded } from "../../../lib/nix/reboot-needed.ts";
import { storePath } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix/reboot-needed");
const dir = tempDir("reboot-needed");

const system = (name: string, links: Readonly<Record<string, string>>): string => {
  const folder = join(dir, name);
  mkdirSync(folder);
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(folder, link));
  return folder;
};

const all = (version: string): Readonly<Record<string, string>> => ({
  kernel: `${storePath(`linux-${version}`)}/bzImage`,
  initrd: `${storePath(`initrd-${version}`)}/initrd`,
  "kernel-modules": `${storePath(`linux-${version}-modules`)}`,
  systemd: storePath(`systemd-${version}`),
});

const booted = join(dir, "booted-system");
const old = system("old", all("1"));
symlinkSync("old", booted);

test("each part that differs is named, and nothing else", async () => {
  assert.equal(await rebootNeeded(booted, old), right([]));
  assert.equal(await rebootNeeded(booted, system("same", all("1"))), right([]));
  assert.equal(
    await rebootNeeded(booted, system("all", all("2"))),
    right(["kernel", "initrd", "kernel modules", "systemd"]),
  );
  for (const [link, word] of [
    ["kernel", "kernel"],
    ["initrd", "initrd"],
    ["kernel-modules", "kernel modules"],
    ["systemd", "systemd"],
  ] as const) {
    const one = system(`one-${link}`, { ...all("1"), [link]: storePath("other"), etc: storePath("etc") });
    assert.equal(await rebootNeeded(booted, one), right([word]));
  }
});

test("links are the same when they end at the same place", async () => {
  symlinkSync(`${storePath("linux-1")}/bzImage`, join(dir, "hop2"));
  symlinkSync("hop2", join(dir, "hop1"));
  assert.equal(await rebootNeeded(booted, system("hops", { ...all("1"), kernel: "../hop1" })), right([]));
});

test("a part that either has not says nothing, nor does a machine that does not say what it booted", async () => {
  assert.equal(await rebootNeeded(booted, system("container", {})), right([]));
  assert.equal(await rebootNeeded(join(dir, "none"), old), right([]));
  assert.equal(await rebootNeeded(booted, join(dir, "no-such-system")), right([]));
  writeFileSync(join(dir, "file"), "");
  assert.equal(await rebootNeeded(booted, join(dir, "file")), right([]));
});

test("a store that lies elsewhere is looked into where it lies", async () => {
  const outside = (path: string) => (path.startsWith("/nix/store/") ? join(dir, "private", path) : path);
  const inside = (name: string, kernel: string): string => {
    mkdirSync(join(dir, "private", storePath(name)), { recursive: true });
    symlinkSync(storePath(kernel), join(dir, "private", storePath(name), "kernel"));
    return storePath(name);
  };
  const there = join(dir, "booted-there");
  symlinkSync(inside("a", "linux-1"), there);
  assert.equal(await rebootNeeded(there, inside("b", "linux-1"), outside), right([]));
  assert.equal(await rebootNeeded(there, inside("c", "linux-2"), outside), right(["kernel"]));
});

test("links that go round in a circle are a failure", async () => {
  symlinkSync("kernel", join(system("circle", {}), "kernel"));
  const answer = await rebootNeeded(booted, join(dir, "circle"));
  assert.match(
    answer._tag === "Left" ? answer.left.message : "",
    /^Whether this host needs a reboot cannot be told: .*kernel ends nowhere/,
  );
});

test.run();
