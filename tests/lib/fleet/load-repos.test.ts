/** The repositories of a builder: what is wrong is told where it stands, and a URL is not repeated. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadRepos } from "../../../lib/fleet/load-repos.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/fleet/load-repos");

const file = join(tempDir("repos"), "builder.toml");

const load = (text: string) => {
  writeFileSync(file, text);
  return loadRepos(file);
};

const refused = async (text: string): Promise<string> => failureOf(await load(text)).message;

const good = '[repos.nixos]\nurl = "git+https://git.example.org/nixos"\n';

test("each with its URL, and the hosts that may be built", async () => {
  assert.equal(rightOf(await load(`\uFEFF${good}[repos.home]\nurl = "git@host:home"\nhosts = ["web1", "web2"]\n`)), [
    { name: "nixos", url: "git+https://git.example.org/nixos", hosts: [] },
    { name: "home", url: "git@host:home", hosts: ["web1", "web2"] },
  ]);
});

test("every mistake is told with line and column, and the nearest word", async () => {
  const wrong = '[repos.nixos]\nurll = "x"\n[repos."a b"]\nurl = "y"\n[repos.c]\nurl = "z"\nhosts = []\n[repo.d]\n';
  const message = await refused(wrong);
  assert.match(message, /builder\.toml:2:1: urll is not a key of repos\.nixos; did you mean url\?/);
  assert.match(message, /:3:8: "a b" cannot be a name; write a repository's name/);
  assert.match(message, /:7:9: repos\.c\.hosts is empty; name one host or more, or leave it out for all/);
  assert.match(message, /:8:2: repo is not a key in a file of repositories; did you mean repos\?/);
  assert.match(await refused("[repos.nixos]\n"), /:1:8: repos\.nixos\.url is missing; write url = "git\+https:/);
  assert.match(await refused(`${good}[repos.NIXOS]\nurl = "x"\n`), "the name is taken by repos.nixos on line 1");
  assert.match(await refused(""), "it names no repository, so nothing could be built");
  assert.match(await refused("[repos"), /builder\.toml:1:/);
});

test("a URL that may hold a token is not shown, and a file that is not there is named", async () => {
  const message = await refused('[repos.nixos]\nurl = "https://tok en@example.org"\n');
  assert.match(message, "what it is may be a secret, so it is not shown");
  assert.not.match(message, "tok en");
  assert.match(failureOf(await loadRepos("/nowhere/builder.toml")).message, "There is no /nowhere/builder.toml.");
});

test.run();
