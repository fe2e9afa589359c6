/** Which flake URLs are taken, what git is asked by them, and how they are pinned to a commit. */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type FlakeUrl,
  parseFlakeUrl,
  parseRepoUrl,
  pinned,
  pinnedHost,
  toplevel,
} from "../../../lib/nix/flake-url.ts";
import { commit, hostName } from "../../support/fixtures.ts";

const test = suite("lib/nix/flake-url");

const accepted = (text: string): FlakeUrl => {
  const parsed = parseFlakeUrl(text);
  if (parsed._tag === "Left") throw new Error(`${text}: ${parsed.left}`);
  return parsed.right;
};

const refusal = (text: string): string => {
  const parsed = parseFlakeUrl(text);
  if (parsed._tag === "Right") throw new Error(`${text} was accepted as ${parsed.right.remote}`);
  return parsed.left;
};

const forms: readonly (readonly [given: string, remote: string, query?: string])[] = [
  ["git+https://forge.example/me/flake", "https://forge.example/me/flake"],
  ["git+https://forge.example:8443/me/flake.git?dir=hosts", "https://forge.example:8443/me/flake.git", "dir=hosts"],
  ["git+http://[::1]:3000/flake.git", "http://[::1]:3000/flake.git"],
  ["git+ssh://git@forge.example/me/flake.git", "ssh://git@forge.example/me/flake.git"],
  [
    "git+ssh://git@forge.example:2222/me/flake.git?shallow=1&dir=a",
    "ssh://git@forge.example:2222/me/flake.git",
    "shallow=1&dir=a",
  ],
  ["git+file:///srv/flake.git", "file:///srv/flake.git"],
  ["git+file:///srv/my%20flake", "file:///srv/my%20flake"],
  ["https://forge.example/me/flake.git", "https://forge.example/me/flake.git"],
  ["https://forge.example/me/flake.git?dir=x", "https://forge.example/me/flake.git", "dir=x"],
  ["http://forge.example/me/flake.git", "http://forge.example/me/flake.git"],
  ["ssh://git@forge.example/me/flake", "ssh://git@forge.example/me/flake"],
  ["git@forge.example:me/flake.git", "ssh://git@forge.example/me/flake.git"],
  ["git@forge.example:/srv/flake.git", "ssh://git@forge.example/srv/flake.git"],
  ["git@forge.example:~/flake?dir=x", "ssh://git@forge.example/~/flake", "dir=x"],
];

test("accepts every form of a git URL and normalises it", () => {
  for (const [given, remote, query = ""] of forms) {
    assert.equal(accepted(given), { remote, redacted: remote, query }, given);
  }
});

test("refuses what is no git URL, or could be read as something else", () => {
  const wrong = [
    "",
    "nixpkgs",
    ".",
    "/srv/flake",
    "path:/srv/flake",
    "file:///srv/flake",
    "github:me/flake",
    "github:me/flake.git",
    "https://forge.example/me/flake",
    "https://forge.example/me/flake.tar.gz",
    "git+https://forge.example",
    "git+https:///me/flake",
    "git+file://localhost/srv/flake",
    "git+file:srv/flake",
    "git+ext::sh",
    "ext::sh",
    "git+ssh://-oProxyCommand=id/x",
    "git+ssh://-oProxyCommand=id@host/x",
    "-oProxyCommand=id@host:x",
    "git@-host:x",
    "git+ssh://git@host:path/flake",
    "git+https://host/100%/flake",
    "--upload-pack=id",
  ];
  for (const text of wrong) assert.match(refusal(text), /must name a git repository/, text);
});

test("refuses characters that another program would read as its own", () => {
  for (const character of "$#\"'\\`<>^{|}") {
    assert.match(refusal(`git+https://host/a${character}b`), /%-encode it/, character);
  }
  for (const character of [" ", "\n", "\t", "\0", "\u007f", "ü", "\u2028"]) {
    assert.match(refusal(`git+https://host/a${character}b`), /blank, a control character/, JSON.stringify(character));
    assert.match(refusal(`git+https://host/ab${character}`), /blank, a control character/, JSON.stringify(character));
  }
  assert.match(refusal(`git+https://host/${"a".repeat(2000)}`), /blank, a control character/);
});

test("refuses a URL that pins a revision itself", () => {
  for (const name of ["ref", "rev", "narHash", "lastModified", "revCount"]) {
    assert.match(refusal(`git+https://host/flake?dir=x&${name}=main`), new RegExp(`sets ${name};`));
    assert.match(refusal(`git+https://host/flake?${name}`), new RegExp(`sets ${name};`));
  }
  assert.match(refusal("git+https://host/flake?r%65v=0"), /behind %/);
});

test("keeps passwords and tokens out of what is shown, and out of refusals", () => {
  const shown: readonly (readonly [string, string])[] = [
    ["git+https://me:s3cret@host/flake", "https://***@host/flake"],
    ["git+https://s3cret@host/flake?token=s3cret", "https://***@host/flake"],
    ["git+ssh://me:s3cret@host/flake", "ssh://me:***@host/flake"],
  ];
  for (const [given, redacted] of shown) {
    assert.is(accepted(given).redacted, redacted);
    assert.ok(accepted(given).remote.includes("s3cret"));
    assert.not.match(refusal(`${given}#x`), /s3cret/);
    assert.not.match(refusal(`${given.replace("git+", "hg+")}`), /s3cret/);
  }
});

test("a repository's URL holds no password, and over http no user, who may be a token", () => {
  const secret = [
    "git+https://me:s3cret@host/flake",
    "git+https://s3cret@host/flake",
    "git+http://s3cret@host/flake",
    "https://s3cret@host/flake.git",
    "git+ssh://me:s3cret@host/flake",
    "ssh://me:s3cret@host/flake",
    "git+ssh://me:@host/flake",
  ];
  for (const text of secret) {
    const parsed = parseRepoUrl(text);
    assert.match(isLeft(parsed) ? parsed.left : "", /gives git's credentials/, text);
    assert.not.match(isLeft(parsed) ? parsed.left : "", /s3cret/, text);
  }
  for (const text of [
    ...["git+https://host/a:b@c", "git+ssh://git@host/flake", "git@host:flake", "ssh://host/flake"],
    ...["git+file:///srv/a:b@c", "git+https://host/flake?dir=a", "https://host/x.git"],
  ])
    assert.equal(parseRepoUrl(text), parseFlakeUrl(text), text);
  assert.equal(parseRepoUrl("github:a/b"), parseFlakeUrl("github:a/b"));
});

test("pins a reference to a full ref and a commit", () => {
  const flake = accepted("git+https://host/flake?dir=x");
  const plain = accepted("git+https://host/flake");
  const resolved = { commit: commit("a"), ref: "refs/heads/feature/a+b@c" };
  const reference = `ref=refs/heads/feature/a%2Bb%40c&rev=${"a".repeat(40)}`;
  assert.is(pinned(plain, resolved), `git+https://host/flake?${reference}`);
  assert.is(pinned(flake, resolved), `git+https://host/flake?dir=x&${reference}`);
  assert.is(pinnedHost(plain, resolved, hostName("web1")), `git+https://host/flake?${reference}#web1`);
  assert.is(
    toplevel(plain, resolved, hostName("web1")),
    `git+https://host/flake?${reference}#nixosConfigurations."web1".config.system.build.toplevel`,
  );
});

const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => `git+${url}`),
  fc.tuple(fc.constantFrom(...forms), fc.string()).map(([[given], more]) => given + more),
  fc.tuple(fc.constantFrom(...forms), fc.string()).map(([[given], more]) => more + given),
);

test("whatever is accepted is one word, begins with its scheme and cannot leave its place", () => {
  fc.assert(
    fc.property(anything, (text) => {
      const parsed = parseFlakeUrl(text);
      if (parsed._tag === "Left") return assert.match(parsed.left, /^the flake URL /);
      const { remote } = parsed.right;
      const reference = pinned(parsed.right, { commit: commit("b"), ref: "refs/heads/main" });
      assert.match(remote, /^(?:https?|ssh|file):\/\/[!-~]+$/);
      assert.not.match(remote, /[$#?"'`\s]/);
      assert.not.match(remote, /^\w+:\/\/(?:[^/]*@)?-/);
      assert.match(reference, /^git\+[^#\s$]+[?&]ref=refs\/heads\/main&rev=b{40}$/);
      assert.is([...reference.matchAll(/[?&](?:ref|rev)=/g)].length, 2);
    }),
    { numRuns: 10_000 },
  );
});

test.run();
