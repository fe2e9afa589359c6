/** Real git against real remotes: a folder, a web server, one that is silent and one that is not there. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createWebServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Failure } from "../../../lib/contract/failure.ts";
import type { Resolved } from "../../../lib/host/engine.ts";
import { parseFlakeUrl } from "../../../lib/nix/flake-url.ts";
import type { Environment } from "../../../lib/nix/git.ts";
import { resolveRevision } from "../../../lib/nix/resolve.ts";
import { revision } from "../../support/fixtures.ts";
import { git } from "../../support/git.ts";

const test = suite("lib/nix/resolve");
const dir = mkdtempSync(join(tmpdir(), "hd-resolve-test-"));
const scratch = join(dir, "scratch");
mkdirSync(scratch);
process.env["TMPDIR"] = scratch;

test.after(() => rmSync(dir, { recursive: true, force: true }));

interface Ask {
  readonly url?: string;
  readonly timeoutMs?: number;
  readonly env?: Environment;
}

const remote = join(dir, "remote.git");

const ask = (name: string, { url = `git+file://${remote}`, timeoutMs = 60_000, env = {} }: Ask = {}) => {
  const flake = parseFlakeUrl(url);
  if (isLeft(flake)) throw new Error(flake.left);
  return resolveRevision({ flake: flake.right, timeoutMs, env: { ...process.env, ...env } })(revision(name))();
};

const resolved = (answer: Either<Failure, Resolved>): Resolved => {
  if (isLeft(answer)) throw new Error(`${answer.left.code}: ${answer.left.message}`);
  return answer.right;
};

const refused = (answer: Either<Failure, Resolved>): Failure => {
  if (isLeft(answer)) return answer.left;
  throw new Error(`resolved to ${answer.right.commit} of ${answer.right.ref}`);
};

const emptyRemote = (path: string): string => {
  mkdirSync(path);
  git(path, ["init", "--quiet", "--bare", "--initial-branch=main"]);
  return path;
};

/** A commit without files, on nothing or on its parent. */
const commitTo = (repository: string, message: string, parent?: string): string => {
  const tree = git(repository, ["hash-object", "-w", "-t", "tree", "--stdin"], "");
  return git(repository, ["commit-tree", tree, "-m", message, ...(parent === undefined ? [] : ["-p", parent])]);
};

const point = (repository: string, ref: string, commit: string): string => git(repository, ["update-ref", ref, commit]);

emptyRemote(remote);
const first = commitTo(remote, "first");
const second = commitTo(remote, "second", first);
const third = commitTo(remote, "third", second);
const aside = commitTo(remote, "aside", first);
point(remote, "refs/heads/main", third);
point(remote, "refs/heads/feature/a+b@c", aside);
point(remote, "refs/heads/both", second);
point(remote, "refs/tags/both", first);
point(remote, "refs/tags/light", second);
git(remote, ["tag", "--annotate", "--message=one", "v1", second]);
git(remote, ["tag", "--annotate", "--message=two", "v2", "v1"]);
const tagObject = git(remote, ["rev-parse", "refs/tags/v1"]);
/** At no tip. */
const buried = commitTo(remote, "buried");
point(remote, "refs/heads/history", commitTo(remote, "newer", buried));

test("a branch gives its newest commit", async () => {
  assert.equal(resolved(await ask("main")), { commit: third, ref: "refs/heads/main" });
  assert.equal(resolved(await ask("feature/a+b@c")), { commit: aside, ref: "refs/heads/feature/a+b@c" });
});

test("a tag gives its commit, never the tag object, however deep it is wrapped", async () => {
  assert.is.not(tagObject, second);
  assert.equal(resolved(await ask("light")), { commit: second, ref: "refs/tags/light" });
  assert.equal(resolved(await ask("v1")), { commit: second, ref: "refs/tags/v1" });
  assert.equal(resolved(await ask("v2")), { commit: second, ref: "refs/tags/v2" });
});

test("a branch wins over a tag of the same name; full names tell them apart", async () => {
  assert.equal(resolved(await ask("both")), { commit: second, ref: "refs/heads/both" });
  assert.equal(resolved(await ask("refs/heads/both")), { commit: second, ref: "refs/heads/both" });
  assert.equal(resolved(await ask("refs/tags/both")), { commit: first, ref: "refs/tags/both" });
});

test("a name is the whole name: the end of another ref's is not enough", async () => {
  point(remote, "refs/heads/x/refs/heads/tail", first);
  point(remote, "refs/notes/noted", first);
  assert.is(refused(await ask("tail")).code, "revision_not_found");
  assert.is(refused(await ask("a+b@c")).code, "revision_not_found");
  assert.is(refused(await ask("refs/notes/noted")).code, "revision_not_found");
  assert.is(refused(await ask("HEAD")).code, "revision_not_found");
});

test("a full hash is looked for in every branch and tag, whether at the tip or not", async () => {
  assert.equal(resolved(await ask(third)), { commit: third, ref: "refs/heads/main" });
  assert.equal(resolved(await ask(buried)), { commit: buried, ref: "refs/heads/history" });
  assert.equal(resolved(await ask(tagObject)), { commit: second, ref: "refs/tags/v1" });
});

test("a shortened hash will do when it is unambiguous, in either case", async () => {
  assert.equal(resolved(await ask(buried.slice(0, 12))), { commit: buried, ref: "refs/heads/history" });
  assert.equal(resolved(await ask(buried.slice(0, 7).toUpperCase())), { commit: buried, ref: "refs/heads/history" });
  assert.is(refused(await ask(buried.slice(0, 6))).code, "revision_not_found");
});

test("history is fetched without files from a server that can leave them out", async () => {
  const filtering = emptyRemote(join(dir, "filtering.git"));
  git(filtering, ["config", "uploadpack.allowFilter", "true"]);
  const older = commitTo(filtering, "older");
  point(filtering, "refs/heads/main", commitTo(filtering, "newer", older));
  const answer = await ask(older, { url: `git+file://${filtering}` });
  assert.equal(resolved(answer), { commit: older, ref: "refs/heads/main" });
});

/** Two commits whose hashes begin with the same seven digits, found by trying messages. */
const twins = (tree: string): readonly [string, string] => {
  const seen = new Map<string, string>();
  for (let number = 0; ; number += 1) {
    const who = "A Tester <tester@localhost> 0 +0000";
    const body = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${number}\n`;
    const hash = createHash("sha1").update(`commit ${body.length}\0${body}`).digest("hex");
    const twin = seen.get(hash.slice(0, 7));
    if (twin !== undefined) return [twin, body];
    seen.set(hash.slice(0, 7), body);
  }
};

test("a shortened hash of two commits is refused, and more digits tell them apart", async () => {
  const both = emptyRemote(join(dir, "twins.git"));
  const bodies = twins(git(both, ["hash-object", "-w", "-t", "tree", "--stdin"], ""));
  const hashes = bodies.map((body) => git(both, ["hash-object", "-w", "-t", "commit", "--stdin"], body));
  for (const [index, hash] of hashes.entries()) point(both, `refs/heads/b${index}`, hash);
  const url = `git+file://${both}`;
  const failure = refused(await ask(hashes[0]?.slice(0, 7) ?? "", { url }));
  assert.is(failure.code, "revision_not_found");
  assert.match(failure.message, /no single commit that begins with .*more of its digits/);
  assert.is(resolved(await ask(hashes[1]?.slice(0, 20) ?? "", { url })).commit, hashes[1]);
});

test("a branch may look like a shortened hash, but never like a whole one", async () => {
  point(remote, `refs/heads/${first.slice(0, 9)}`, third);
  point(remote, `refs/heads/${first}`, third);
  assert.is(resolved(await ask(first.slice(0, 9))).commit, third);
  assert.is(resolved(await ask(first)).commit, first);
  git(remote, ["update-ref", "-d", `refs/heads/${first.slice(0, 9)}`]);
  git(remote, ["update-ref", "-d", `refs/heads/${first}`]);
});

test("a commit that was forced away is no longer found, though the server still has it", async () => {
  const away = commitTo(remote, "away", second);
  point(remote, "refs/heads/moved", away);
  assert.is(resolved(await ask(away)).commit, away);
  point(remote, "refs/heads/moved", second);
  assert.is(git(remote, ["cat-file", "-t", away]), "commit");
  for (const hash of [away, away.slice(0, 10)]) {
    const failure = refused(await ask(hash));
    assert.is(failure.code, "revision_not_found");
    assert.match(failure.message, /no branch or tag that holds a commit/);
  }
});

test("a branch that was deleted is not remembered", async () => {
  point(remote, "refs/heads/gone", first);
  assert.is(resolved(await ask("gone")).commit, first);
  git(remote, ["update-ref", "-d", "refs/heads/gone"]);
  assert.is(refused(await ask("gone")).code, "revision_not_found");
});

test("an unknown name is refused with the remote and the five nearest names", async () => {
  const { code, message } = refused(await ask("mian"));
  assert.is(code, "revision_not_found");
  assert.match(message, /^file:\/\/.*remote\.git has no branch, tag or commit mian\. Nearest are: main, /);
  assert.is(message.split("Nearest are: ")[1]?.split(", ").length, 5);
});

test("an empty remote says that it is empty", async () => {
  const url = `git+file://${emptyRemote(join(dir, "empty.git"))}`;
  assert.match(refused(await ask("main", { url })).message, /no branches or tags at all; push one first/);
  assert.is(refused(await ask(first, { url })).code, "revision_not_found");
});

test("a remote that is not there, or is no repository, is unreachable", async () => {
  const damaged = emptyRemote(join(dir, "damaged.git"));
  rmSync(join(damaged, "HEAD"));
  for (const url of [`git+file://${dir}/none.git`, `git+file://${damaged}`]) {
    const { code, message } = refused(await ask("main", { url }));
    assert.is(code, "unreachable");
    assert.match(message, /does not appear to be a git repository|not a git repository/);
    assert.not.match(message, /\n/);
  }
});

test("a remote that may not be read is unreachable", async () => {
  const locked = emptyRemote(join(dir, "locked.git"));
  if (process.getuid?.() === 0) {
    console.log("skip: root may read every repository");
    return;
  }
  chmodSync(locked, 0);
  assert.is(refused(await ask("main", { url: `git+file://${locked}` })).code, "unreachable");
  chmodSync(locked, 0o700);
});

const listening = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

test("a server that is down is unreachable, and the message keeps the password", async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, "close");
  const { code, message } = refused(await ask("main", { url: `git+http://me:s3cret@127.0.0.1:${port}/flake.git` }));
  assert.is(code, "unreachable");
  assert.match(
    message,
    new RegExp(`^http://\\*\\*\\*@127\\.0\\.0\\.1:${port}/flake\\.git could not be read: .*connect`, "i"),
  );
  assert.not.match(message, /s3cret/);
});

test("a server that never answers is a timeout", async () => {
  const server = createServer();
  const port = await listening(server);
  const { code, message } = refused(await ask("main", { url: `git+http://127.0.0.1:${port}/x.git`, timeoutMs: 300 }));
  assert.is(code, "timeout");
  assert.match(message, /did not answer within 0\.3 s/);
  server.close();
});

test("no time left is a timeout, without asking", async () => {
  assert.is(refused(await ask("main", { timeoutMs: 0 })).code, "timeout");
});

test("over http, from a server that only serves files", async () => {
  git(remote, ["update-server-info"]);
  const web = createWebServer((request, response) => {
    try {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      response.end(readFileSync(join(dir, pathname)));
    } catch {
      response.writeHead(404).end();
    }
  });
  const url = `git+http://127.0.0.1:${await listening(web)}/remote.git`;
  assert.equal(resolved(await ask("v1", { url })), { commit: second, ref: "refs/tags/v1" });
  assert.is(resolved(await ask(buried, { url })).commit, buried);
  assert.match(refused(await ask("main", { url: url.replace("remote", "none") })).message, /not found/);
  web.close();
});

test("without git on the host, that is what is said", async () => {
  const { code, message } = refused(await ask("main", { env: { PATH: scratch } }));
  assert.is(code, "unreachable");
  assert.match(message, /cannot start git: it is not installed, or not on PATH/);
});

test("asks over ssh without a terminal, unless told how", async () => {
  const ssh = join(dir, "ssh");
  writeFileSync(
    ssh,
    `#!/bin/sh\necho "$@" > ${dir}/ssh-arguments\necho "Permission denied (publickey)." >&2\nexit 255\n`,
  );
  chmodSync(ssh, 0o755);
  const url = "git+ssh://git@forge.example/flake.git";
  const { code, message } = refused(await ask("main", { url, env: { PATH: `${dir}:${process.env["PATH"]}` } }));
  assert.is(code, "unreachable");
  assert.match(message, /Permission denied \(publickey\)/);
  assert.match(readFileSync(join(dir, "ssh-arguments"), "utf8"), /^-o BatchMode=yes .*git@forge\.example /);
  await ask("main", { url, env: { GIT_SSH_COMMAND: `${ssh} -o Own=yes` } });
  assert.match(readFileSync(join(dir, "ssh-arguments"), "utf8"), /^-o Own=yes /);
});

test("is blind to the repository that it is started in", async () => {
  const env = { GIT_DIR: join(dir, "elsewhere"), GIT_WORK_TREE: dir, GIT_INDEX_FILE: join(dir, "index") };
  assert.is(resolved(await ask("main", { env })).commit, third);
  assert.is(resolved(await ask(buried, { env })).commit, buried);
});

test("leaves no scratch repository behind", () => {
  assert.equal(readdirSync(scratch), []);
});

test.run();
