/** Files change together or not at all, a secret never takes the place of a file, and nothing is left beside them. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Change, commit } from "../../../lib/fleet/commit.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/fleet/commit");

const root = tempDir("commit");
let count = 0;
const folder = (): string => {
  count += 1;
  const dir = join(root, String(count));
  mkdirSync(dir);
  return dir;
};

const tree = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name).slice(dir.length + 1),
        readFileSync(join(entry.parentPath, entry.name), "utf8"),
      ]),
  );

const write = (path: string, text: string, mode = 0o644): Change => ({ kind: "write", path, text, mode });

test("writes, makes secrets, moves and removes, in that folder and in no other", async () => {
  const dir = folder();
  writeFileSync(join(dir, "old"), "seed");
  writeFileSync(join(dir, "gone"), "x");
  const done = await commit([
    { kind: "folder", path: join(dir, "keys") },
    { kind: "move", from: join(dir, "old"), to: join(dir, "keys/new") },
    { kind: "secret", path: join(dir, "keys/a"), text: "secret" },
    write(join(dir, "contexts/deep/one.json"), "{}", 0o600),
    write(join(dir, "text"), "words"),
    { kind: "remove", path: join(dir, "gone") },
  ]);
  rightOf(done);
  assert.equal(tree(dir), { "keys/new": "seed", "keys/a": "secret", "contexts/deep/one.json": "{}", text: "words" });
  const mode = (name: string) => statSync(join(dir, name)).mode & 0o777;
  assert.equal([mode("keys"), mode("keys/a"), mode("contexts/deep/one.json")], [0o700, 0o600, 0o600]);
});

test("keeps the mode of a file, and a link that leads to it", async () => {
  const dir = folder();
  writeFileSync(join(dir, "real"), "old");
  chmodSync(join(dir, "real"), 0o640);
  symlinkSync("real", join(dir, "link"));
  rightOf(await commit([write(join(dir, "link"), "new")]));
  assert.ok(lstatSync(join(dir, "link")).isSymbolicLink());
  assert.equal(tree(dir), { real: "new" });
  assert.is(statSync(join(dir, "real")).mode & 0o777, 0o640);
});

test("closes a folder of keys that others could look into", async () => {
  const dir = folder();
  mkdirSync(join(dir, "keys"), { mode: 0o755 });
  rightOf(await commit([{ kind: "folder", path: join(dir, "keys") }]));
  assert.is(statSync(join(dir, "keys")).mode & 0o777, 0o700);
});

/** Each fails at another moment: the last change can never be made. */
const failing: Readonly<Record<string, (dir: string) => Change>> = {
  "a secret where a file is": (dir) => ({ kind: "secret", path: join(dir, "text"), text: "secret" }),
  "a move to where a file is": (dir) => ({ kind: "move", from: join(dir, "seed"), to: join(dir, "text") }),
  "a move of what is not there": (dir) => ({ kind: "move", from: join(dir, "nothing"), to: join(dir, "x") }),
  "a file below a file": (dir) => write(join(dir, "text/below"), "x"),
  "a file where a folder is": (dir) => write(join(dir, "folder"), "x"),
};

for (const [what, change] of Object.entries(failing)) {
  test(`${what} changes nothing`, async () => {
    const dir = folder();
    mkdirSync(join(dir, "folder/full"), { recursive: true });
    writeFileSync(join(dir, "folder/full/file"), "full");
    for (const name of ["text", "seed", "moved"]) writeFileSync(join(dir, name), name);
    const before = tree(dir);
    const done = await commit([
      { kind: "folder", path: join(dir, "keys") },
      { kind: "move", from: join(dir, "moved"), to: join(dir, "keys/moved") },
      { kind: "secret", path: join(dir, "keys/new"), text: "secret" },
      write(join(dir, "seed"), "another"),
      write(join(dir, "created"), "new"),
      change(dir),
    ]);
    const { code, message } = failureOf(done);
    assert.is(code, "invalid_request");
    assert.match(message, /cannot be written: .*\. Nothing was changed\.$/);
    assert.equal(tree(dir), before);
    assert.not.ok(existsSync(join(dir, "keys")));
  });
}

test("what was read and is different now ends it, with nothing changed", async () => {
  const dir = folder();
  const [path, none] = [join(dir, "text"), join(dir, "none")];
  writeFileSync(path, "before");
  const change = [write(path, "after"), write(join(dir, "more"), "x")];
  rightOf(
    await commit(change.slice(1), {
      inputs: [
        { path, text: "before" },
        { path: none, text: undefined },
      ],
    }),
  );
  for (const wrong of [
    { path, text: "other" },
    { path, text: undefined },
    { path: none, text: "" },
  ]) {
    const { code, message } = failureOf(await commit(change, { inputs: [wrong] }));
    assert.is(code, "invalid_request");
    assert.match(message, /was changed meanwhile, and not by this command; run it again\. Nothing was changed\.$/);
    assert.equal(tree(dir), { text: "before", more: "x" });
  }
});

test("a signal ends it with nothing changed and no seed left behind", async () => {
  const dir = folder();
  const stop = new AbortController();
  const secrets = Array.from(
    { length: 200 },
    (_, n): Change => ({
      ...{ kind: "secret", path: join(dir, "keys", `${n}.nk`), text: "seed" },
    }),
  );
  const done = commit([{ kind: "folder", path: join(dir, "keys") }, ...secrets], { signal: stop.signal });
  while (!existsSync(join(dir, "keys"))) await new Promise(setImmediate);
  stop.abort();
  assert.equal(failureOf(await done), { code: "cancelled", message: "Interrupted. Nothing was changed." });
  assert.equal(readdirSync(dir), []);
});

test("what a killed process left beside the files is removed, and nothing else", async () => {
  const dir = folder();
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  mkdirSync(join(dir, "keys"));
  const left = [`keys/.a.nk.${dead}.new`, `.hd.toml.${dead}.new`, `.hd.toml.${dead}.new.old`];
  const kept = [`keys/.a.nk.${process.ppid}.new`, "keys/a.nk", ".b.new", `c.${dead}.new`];
  for (const name of [...left, ...kept]) writeFileSync(join(dir, name), "seed");
  rightOf(await commit([{ kind: "folder", path: join(dir, "keys") }, write(join(dir, "text"), "x")]));
  assert.equal(Object.keys(tree(dir)).sort(), [...kept, "text"].sort());
});

test.run();
