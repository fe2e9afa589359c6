/**
 * The engines of a builder: the stand-in everywhere, and real Nix where there is one, on a flake whose hosts have names that no
 * host can have, one that fails, and one that is built.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chosenHosts } from "../../../handlers/build-hosts.ts";
import type { BuildEngineKind } from "../../../lib/contract/builder-options.ts";
import { BuildTarget } from "../../../lib/contract/names.ts";
import { nixPlace } from "../../../lib/nix/nix-access.ts";
import { nixSystem } from "../../../lib/nix/nix-system.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";
import { repoEngine } from "../../../lib/nix/repo-engine.ts";
import { nixos } from "../../support/build-world.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { fit, hostName, noonMs, requester, requestId, revision } from "../../support/fixtures.ts";
import { makeTestRepository } from "../../support/flake.ts";
import { nixOnPath } from "../../support/nix.ts";

const test = suite("lib/nix/repo-engine");
const dir = mkdtempSync(join(tmpdir(), "hd-repo-engine-"));
test.after(() => removeTree(dir));

const hostile = ["../x", '\\"; rm -rf x', "--option", "web.example.org"];

const flake = `{
  outputs = { self }: {
    nixosConfigurations = builtins.listToAttrs (map (name: {
      inherit name;
      value.config.system.build.toplevel = derivation {
        name = "nixos-system-\${if name == "web1" || name == "web2" then name else "other"}";
        system = "${nixSystem()}";
        builder = "/bin/sh";
        args = [ "-c" (if name == "web2" then "echo no such module; exit 3" else "echo \${self.rev} > $out") ];
      };
    }) [ "web1" "web2" ${hostile.map((name) => `"${name}"`).join(" ")} ]);
  };
}
`;

const otherOutputs = (name: string, outputs: string): string => `{
  outputs = { self }: {
    nixosConfigurations.web9.config.system.build.toplevel = derivation {
      name = "nixos-system-${name}";
      system = "${nixSystem()}";
      outputs = [ ${outputs} ];
      builder = "/bin/sh";
      args = [ "-c" "echo ${name} > $out; [ -z \\"$doc\\" ] || echo doc > $doc" ];
    };
  };
}
`;

const file = (path: string, text: string) => ({ path, text, executable: true });

const { url } = await makeTestRepository(join(dir, "flake"), [
  {
    ...{ branch: "main", message: "hosts", tag: "v1" },
    files: [
      file("flake.nix", flake),
      file("hosts/web1", 'echo ok > "$out"'),
      file("hosts/web2", "echo no such module; exit 3"),
    ],
  },
]);

const place = { stateDir: join(dir, "state"), env: process.env };
const engineOf = (kind: BuildEngineKind) => rightOf2(repoEngine({ name: nixos, url }, { ...place, kind }));

const rightOf2 = <A>(made: ReturnType<typeof repoEngine> & { readonly right?: A }) => {
  if (isLeft(made)) throw new Error(made.left);
  return made.right;
};

const [minute, main] = [60_000, revision("main")];

const behaves = async (kind: BuildEngineKind): Promise<void> => {
  const engine = engineOf(kind);
  const resolved = rightOf(await engine.resolve(main, minute)());
  const build = (host: string) => engine.build({ resolved, host: hostName(host), timeoutMs: minute })();
  const closure = rightOf(await build("web1"));
  assert.match(closure, /-nixos-system-web1/);
  assert.is(rightOf(await build("web1")), closure, "it can be done twice");
  const failed = failureOf(await build("web2"));
  assert.is(failed.code, "build_failed");
  assert.match((await engine.tail(hostName("web2"))).join("\n"), "no such module");
  assert.match(failureOf(await engine.resolve(revision("nowhere"), minute)()).code, "revision_not_found");
};

test("the stand-in builds what the scripts in hosts/ build", async () => {
  await behaves("simulated");
  const engine = engineOf("simulated");
  const resolved = rightOf(await engine.resolve(main, minute)());
  assert.equal([...rightOf(await engine.configurations(resolved, minute)())].sort(), ["web1", "web2"]);
});

test("a URL that is no repository is refused, and not repeated", () => {
  for (const secret of ["https://s3cret@example.org/x", "git+https://me:s3cret@example.org/x"]) {
    const made = repoEngine({ name: nixos, url: secret }, { ...place, kind: "nix" });
    assert.ok(isLeft(made), secret);
    assert.not.match(isLeft(made) ? made.left : "", "s3cret");
  }
});

await nixOnPath();
const found = await nixPlace(join(dir, "probe"), process.env);

if (isLeft(found)) console.log(`skip: no engine with Nix, ${found.left}`);
else {
  test("real Nix names the hosts, and of those that no host can be called none is built", async () => {
    const engine = engineOf("sandbox");
    const resolved = rightOf(await engine.resolve(main, minute)());
    const names = rightOf(await engine.configurations(resolved, minute)());
    assert.equal([...names].sort(), ["web1", "web2", ...hostile.map((name) => name.replace("\\", ""))].sort());
    const order = {
      ...{
        repo: nixos,
        target: fit(BuildTarget, "all"),
        requester: requester("alice"),
        id: requestId("req-1"),
        seq: 1,
      },
      ...({ proof: "named", atMs: noonMs, attempt: 1, replyTo: undefined, revision: main, hosts: undefined } as const),
    };
    assert.equal(rightOf(chosenHosts(order, names, [])).hosts, ["web1", "web2"]);
  });

  test("real Nix builds, keeps what it built, and a failed build leaves it", async () => {
    await behaves("sandbox");
    const roots = join(place.stateDir, "roots", nixos);
    assert.equal(readdirSync(roots), ["web1"]);
    assert.ok(lstatSync(join(roots, "web1")).isSymbolicLink());
    assert.match(readlinkSync(join(roots, "web1")), /^\/nix\/store\/.*-nixos-system-web1$/);
  });

  test("real Nix: a system without a first output `out` is none, and the root stays what it was", async () => {
    const make = (rev: string, outputs: string) => file("flake.nix", otherOutputs(rev, outputs));
    const { url: changing } = await makeTestRepository(join(dir, "changing"), [
      { ...{ branch: "main", message: "one", tag: "v1" }, files: [make("one", '"out"')] },
      { ...{ branch: "main", message: "two", tag: "v2" }, files: [make("two", '"doc" "out"')] },
      { ...{ branch: "main", message: "three", tag: "v3" }, files: [make("three", '"out" "doc"')] },
    ]);
    const engine = rightOf2(repoEngine({ name: nixos, url: changing }, { ...place, kind: "sandbox" }));
    const build = async (tag: string) => {
      const resolved = rightOf(await engine.resolve(revision(tag), minute)());
      return engine.build({ resolved, host: hostName("web9"), timeoutMs: minute })();
    };
    const root = join(place.stateDir, "roots", nixos, "web9");
    const one = rightOf(await build("v1"));
    assert.match(failureOf(await build("v2")).message, "left no system");
    assert.is(readlinkSync(root), one);
    const three = rightOf(await build("v3"));
    assert.match(three, "three");
    assert.is(readlinkSync(root), three);
    rmSync(root);
  });

  test("a deadline ends the build", async () => {
    const engine = engineOf("sandbox");
    const resolved = rightOf(await engine.resolve(main, minute)());
    assert.is(failureOf(await engine.build({ resolved, host: hostName("web1"), timeoutMs: 1 })()).code, "timeout");
    assert.is(failureOf(await engine.configurations(resolved, 1)()).code, "timeout");
  });
}

test.run();
