/** The file of trusted keys is heeded as it is now: changed, broken, gone and mended, without a restart. */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { trustedKeysFile } from "../../../lib/host/trusted-keys-file.ts";
import { isUserKey } from "../../../lib/nats/verify.ts";
import { leftOf, rightOf } from "../../support/either.ts";
import { newSigner, trusting } from "../../support/signing.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/trusted-keys-file");

const root = tempDir("trusted-keys");
const [one, two] = [newSigner().publicKey, newSigner().publicKey];
const text = (...keys: readonly string[]): string => JSON.stringify(trusting({ name: "alice", keys }));

const fileWith = (contents: string): string => {
  const path = join(mkdtempSync(join(root, "keys-")), "trusted.json");
  writeFileSync(path, contents, { mode: 0o644 });
  return path;
};

test("a key that is added or taken away counts from the next look on", () => {
  const path = fileWith(text(one));
  const trusted = trustedKeysFile(path, isUserKey);
  assert.equal([...rightOf(trusted()).owners.keys()], [one]);
  writeFileSync(path, text(one, two));
  assert.equal([...rightOf(trusted()).owners.keys()], [one, two]);
  writeFileSync(`${path}.new`, text(two), { mode: 0o644 });
  renameSync(`${path}.new`, path);
  assert.equal([...rightOf(trusted()).owners.keys()], [two]);
});

test("a file that has not changed is not read again", () => {
  const trusted = trustedKeysFile(fileWith(text(one)), isUserKey);
  assert.is(rightOf(trusted()), rightOf(trusted()));
});

test("a version that is broken, or gone, trusts nobody; a mended one is heeded again", () => {
  const path = fileWith(text(one));
  const trusted = trustedKeysFile(path, isUserKey);
  rightOf(trusted());
  writeFileSync(path, "{");
  assert.match(leftOf(trusted()), /are not JSON .*this host trusts nobody/);
  writeFileSync(path, JSON.stringify({ keys: [{ name: "alice" }] }));
  assert.match(leftOf(trusted()), new RegExp(`The trusted keys in ${path} are wrong: keys\\.0\\.keys: is missing`));
  rmSync(path);
  assert.match(leftOf(trusted()), /cannot be read \(ENOENT/);
  writeFileSync(path, text(two), { mode: 0o644 });
  assert.equal([...rightOf(trusted()).owners.keys()], [two]);
});

test("a file that others may write is refused, with what to do", () => {
  const path = fileWith(text(one));
  const trusted = trustedKeysFile(path, isUserKey);
  for (const [mode, isGood] of [
    [0o644, true],
    [0o600, true],
    [0o400, true],
    [0o664, false],
    [0o646, false],
    [0o622, false],
  ] as const) {
    chmodSync(path, mode);
    assert.is(trusted()._tag, isGood ? "Right" : "Left", mode.toString(8));
  }
  assert.match(leftOf(trusted()), new RegExp(`can be changed by others \\(mode 0622\\)\\. Run: chmod go-w ${path}`));
});

test("what is no file, or too large, is refused; a link is followed to its file", () => {
  const dir = mkdtempSync(join(root, "keys-"));
  mkdirSync(join(dir, "folder"));
  assert.match(leftOf(trustedKeysFile(join(dir, "folder"), isUserKey)()), /are not in a file/);
  assert.match(leftOf(trustedKeysFile(fileWith(" ".repeat(5_000_000)), isUserKey)()), /are larger than/);
  symlinkSync(fileWith(text(one)), join(dir, "link"));
  rightOf(trustedKeysFile(join(dir, "link"), isUserKey)());
});

test.run();
