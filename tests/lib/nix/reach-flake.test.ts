/** Whether a flake's repository can be reached: a real one, one that is gone, and what is no repository's URL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reachFlake } from "../../../lib/nix/reach-flake.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { makePlaygroundFlake } from "../../support/flake.ts";

const test = suite("lib/nix/reach-flake");

const dir = mkdtempSync(join(tmpdir(), "hd-reach-"));
test.after(() => rmSync(dir, { recursive: true, force: true }));

test("counts branches and tags", async () => {
  const { url } = await makePlaygroundFlake(join(dir, "flake"));
  assert.is(rightOf(await reachFlake(url, process.env)()), 4);
});

test("a repository that is gone, and a URL that is none", async () => {
  const gone = failureOf(await reachFlake(`git+file://${join(dir, "gone")}`, process.env)());
  assert.is(gone.code, "unreachable");
  assert.match(gone.message, "could not be read");
  const { code, message } = failureOf(await reachFlake("hush", process.env)());
  assert.is(code, "invalid_request");
  assert.not.match(message, "hush");
});

test.run();
