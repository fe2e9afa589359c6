/** A repository is made with real git from files as data, the same each time. */
import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFlakeUrl } from "../../../lib/nix/flake-url.ts";
import { makeRepository, type RepositoryCommit } from "../../../lib/nix/git-repository.ts";
import { run } from "../../../lib/nix/process.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import { makePlaygroundFlake } from "../../support/flake.ts";
import { git } from "../../support/git.ts";
import { leftOf, rightOf } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/git-repository");
const dir = mkdtempSync(join(tmpdir(), "hd-repository-"));
const env = { ...process.env };

test.after(() => removeTree(dir));
test.after.each(() => {
  process.env = { ...env };
});

const file = (path: string, text = path) => ({ path, text, executable: path.startsWith("bin/") });

const commits: readonly RepositoryCommit[] = [
  { branch: "main", tag: "v1", message: "one", files: [file("a"), file("bin/tool")] },
  { branch: "side", message: "two", files: [file("b/c")] },
  { branch: "main", message: "three", files: [file("a", "changed")] },
];

test("makes the branches, tags and files, in a work tree and in a remote", async () => {
  const { workTree, url } = rightOf(await makeRepository(join(dir, "one"), commits)());
  assert.is(url, `git+file://${join(dir, "one", "flake.git")}`);
  const remote = join(dir, "one", "flake.git");
  assert.is(git(remote, ["log", "--format=%s", "side"]), "two\none");
  assert.is(git(remote, ["ls-tree", "-r", "--name-only", "side"]), "b/c");
  assert.is(git(remote, ["ls-tree", "v1", "bin/tool"]).slice(0, 6), "100755");
  assert.is(git(remote, ["cat-file", "-t", "refs/tags/v1"]), "tag");
  assert.is(git(remote, ["symbolic-ref", "HEAD"]), "refs/heads/main");
  assert.is(git(workTree, ["status", "--porcelain", "--branch"]).split("\n")[0], "## main...origin/main");
  assert.ok((statSync(join(workTree, "a")).mode & 0o100) === 0);
});

test("what is edited in the work tree can be pushed as it is", async () => {
  const { workTree } = rightOf(await makeRepository(join(dir, "push"), commits)());
  writeFileSync(join(workTree, "a"), "edited");
  git(workTree, ["commit", "--quiet", "--all", "--message=mine"]);
  git(workTree, ["push", "--quiet"]);
  assert.is(git(join(dir, "push", "flake.git"), ["show", "main:a"]), "edited");
});

test("who has told git no name can commit in it all the same", async () => {
  const { workTree } = rightOf(await makeRepository(join(dir, "nameless"), commits)());
  // As where git cannot make a name up from the machine's.
  const words = [
    "git",
    "-C",
    workTree,
    "-c",
    "user.useConfigOnly=true",
    "commit",
    "--allow-empty",
    "--message=mine",
  ] as const;
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const ran = await run(words, { env, timeoutMs: 60_000 });
  assert.is(ran.code, 0, ran.stderr);
});

test("the same commits come out everywhere, whatever the user's git is told", async () => {
  const first = rightOf(await makeRepository(join(dir, "here"), commits)());
  const home = join(dir, "home");
  git(dir, ["init", "--quiet", home]);
  const config =
    "[user]\nname=Me\nemail=me@x\n[commit]\ngpgSign=true\n[core]\nautocrlf=true\nhooksPath=/none\n[init]\ndefaultBranch=x\n";
  writeFileSync(join(home, ".gitconfig"), config);
  process.env = {
    ...env,
    HOME: home,
    GIT_DIR: join(home, ".git"),
    GIT_AUTHOR_NAME: "Me",
    GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z",
  };
  const second = rightOf(await makeRepository(join(dir, "there"), commits)());
  process.env = { ...env };
  const refs = ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"];
  assert.is(git(first.workTree, refs), git(second.workTree, refs));
  assert.is(git(home, ["for-each-ref"]), "", "the user's repository is untouched");
});

test("its URL is a flake URL, whatever the folder is called", async () => {
  const folder = join(dir, "it's 100% $HOME {a|b} #1 ü");
  const { url } = rightOf(await makeRepository(folder, commits)());
  const flake = parseFlakeUrl(url);
  assert.is(flake._tag, "Right", url);
  if (flake._tag === "Right") assert.match(git(dir, ["ls-remote", flake.right.remote, "main"]), /refs\/heads\/main$/);
});

test("makes everything anew where something was", async () => {
  const { workTree } = rightOf(await makeRepository(join(dir, "again"), commits)());
  writeFileSync(join(workTree, "stray"), "");
  rightOf(await makeRepository(join(dir, "again"), commits)());
  assert.not(existsSync(join(workTree, "stray")));
});

test("what git refuses is a failure with git's reason", async () => {
  const bad = [{ branch: "no..good", message: "x", files: [file("a")] }];
  const failure = leftOf(await makeRepository(join(dir, "bad"), bad)());
  assert.is(failure.code, "internal");
  assert.match(failure.message, /^The git repository in .*bad could not be made: .*no\.\.good/);
  process.env["PATH"] = dir;
  assert.match(leftOf(await makeRepository(join(dir, "bad"), commits)()).message, /cannot start git/);
});

test("the playground's flake has a good, a better and a broken revision", async () => {
  const { workTree } = await makePlaygroundFlake(join(dir, "playground"), ["web1", "lab1"]);
  assert.is(git(workTree, ["log", "--format=%D %s", "main", "broken"]).split("\n").length, 3);
  assert.is(git(workTree, ["rev-parse", "main"]), git(workTree, ["rev-parse", "v2^{commit}"]));
  assert.is(git(workTree, ["rev-parse", "main~1"]), git(workTree, ["rev-parse", "v1^{commit}"]));
  assert.is(git(workTree, ["rev-parse", "broken~1"]), git(workTree, ["rev-parse", "main"]));
  const changed = (from: string, to: string) => git(workTree, ["diff", "--name-only", from, to]).split("\n");
  assert.equal(changed("v1", "v2"), ["hosts/lab1", "hosts/web1"]);
  assert.match(git(workTree, ["diff", "v2", "broken", "--", "hosts/web1"]), /-port=8080\n\+port=80800/);
});

test.run();
