/** The types of the module against the contract: they take and refuse the same words, whatever the words are. */
import { join } from "node:path";
import fc from "fast-check";
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { durationArg } from "../../cli/args/duration-arg.ts";
import { read } from "../../lib/contract/codec.ts";
import { MetricsAddress } from "../../lib/contract/metrics-address.ts";
import { HostName, Requester, Role, Tier } from "../../lib/contract/names.ts";
import { parseServer } from "../../lib/contract/server-address.ts";
import { expandTemplates } from "../../lib/contract/template.ts";
import { parseFlakeUrl, parseRepoUrl } from "../../lib/nix/flake-url.ts";
import { evaluated, nixTools } from "../support/nix.ts";

const test = suite("nixos/types");
const project = join(import.meta.dirname, "../..");
const lib = process.env["HD_NIXPKGS_LIB"];
if (lib === undefined) console.log("skip: HD_NIXPKGS_LIB does not name the lib folder of a nixpkgs");
const nix = lib === undefined ? undefined : await nixTools();

/** Which of the words a type takes. */
const taken = async (type: string, words: readonly string[]): Promise<readonly string[]> => {
  const expression = `let lib = import ${lib}; types = import ${project}/nixos/types.nix { inherit lib; };
    in builtins.filter types.${type}.check (builtins.fromJSON ${JSON.stringify(JSON.stringify(words)).replaceAll("$", "\\$")})`;
  return nix === undefined ? [] : ((await evaluated(nix, expression)) as readonly string[]);
};

/** Of printable letters: what a person or a program may write into a configuration. */
const near = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 66 });

const sampled = (arbitrary: fc.Arbitrary<string>): readonly string[] =>
  fc.sample(arbitrary, { numRuns: 400, seed: 36 });

const same = async (type: string, words: readonly string[], isGood: (word: string) => boolean): Promise<void> => {
  assert.equal(await taken(type, words), words.filter(isGood), type);
};

if (nix !== undefined) {
  test("names", async () => {
    const words = [
      ...[
        "all",
        "role",
        "build",
        "responses",
        "discover",
        "web1",
        "a",
        "",
        "-a",
        "a-",
        "A_b",
        "ä",
        "a b",
        "a\nb",
        "a.b",
      ],
      ...["x".repeat(63), "x".repeat(64), ...sampled(near("aZ09-_ .*"))],
    ];
    await same("hostName", words, (word) => read(HostName, word) !== undefined);
    await same("tier", words, (word) => read(Tier, word) !== undefined);
    await same("role", words, (word) => read(Role, word) !== undefined);
    await same("requester", words, (word) => read(Requester, word) !== undefined);
  });

  test("durations", async () => {
    const words = [
      "90",
      "90s",
      "15m",
      "1h",
      "24d",
      "25d",
      "0",
      "0s",
      "1",
      "-1",
      "1.5h",
      "1w",
      "",
      " 1s",
      ...sampled(near("0159smhd ")),
    ];
    await same("duration", words, (word) => isRight(durationArg().parse(word)));
    await same("durationOrNever", words, (word) => isRight(durationArg(0).parse(word)));
  });

  test("addresses of metrics", async () => {
    const words = [
      "127.0.0.1:9473",
      "[::1]:0",
      ":9473",
      "a:65535",
      "a:65536",
      "a",
      "a:1:2",
      "",
      ...sampled(near("a1.:[]")),
    ];
    await same("address", words, (word) => read(MetricsAddress, word) !== undefined);
  });

  test("NATS servers", async () => {
    const words = [
      ...[
        "nats://a",
        "tls://a:1",
        "a:1",
        "a",
        "http://a",
        "nats://u:p@a",
        "nats://a/b",
        "nats://a?b",
        "nats://a b",
        "",
      ],
      ...["nats://[::1]:4222", "[::1]", `nats://SU${"A".repeat(56)}`],
    ];
    await same("natsUrl", words, (word) => isRight(parseServer(word)));
  });

  test("templates of subjects", async () => {
    const words = [
      ...[
        "deploy.<tier>.<hostname>",
        "deploy.<tier>.all",
        "deploy.<tier>.role.<role>",
        "deploy.<tier>",
        "deploy.x.y.z.<role>",
      ],
      ...[
        "deploy.build.x",
        "deploy.<tier>.<host>",
        "deploy.<tier>.>",
        "deploy.<tier>.*",
        "a.<tier>.b",
        "",
        "deploy..x",
      ],
    ];
    const host = { hostname: "x" as HostName, tier: "x" as Tier, roles: ["x" as Role] };
    await same("template", words, (word) => isRight(expandTemplates([word], host)));
  });

  test("flakes", async () => {
    const words = [
      ...[
        "git+https://g/x",
        "git+http://g:1/x",
        "git+ssh://git@g/x?dir=a",
        "git+file:///x",
        "https://g/x.git",
        "ssh://git@g/x",
      ],
      ...[
        "git@g:x/y",
        "git@g:/x",
        "github:a/b",
        "git+https://g/x?ref=a",
        "git+https://g/x?dir=a&rev=b",
        "git+https://g",
        "",
      ],
      ...[
        "git+file://h/x",
        "git+https://g/$x",
        "git+https://g/x y",
        "https://g/x",
        "git+ssh://-o@g/x",
        "path:/x",
        "git+https:///x",
      ],
    ];
    await same("flakeUrl", words, (word) => isRight(parseFlakeUrl(word)));
    const withUsers = [
      ...["git+https://u:p@g/x", "git+https://u@g/x", "git+http://u@g/x", "https://u@g/x.git", "git+ssh://u:p@g/x"],
      ...[
        "ssh://u:p@g/x",
        "git+ssh://u:@g/x",
        "ssh://u@g/x",
        "git+https://g/u:p@x",
        "git+ssh://g/u:p@x",
        "git+file:///u:p@x",
      ],
    ];
    await same("repoUrl", [...words, ...withUsers], (word) => isRight(parseRepoUrl(word)));
  });
}

test.run();
