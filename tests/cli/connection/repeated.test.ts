/** Options are repeated as they were typed, variables are not, and a shell reads each word as it was. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { shellQuoted } from "../../../cli/print/shell-quoted.ts";
import { world } from "../support/world.ts";

const test = suite("cli/connection/repeated");

const repeatedOf = async (env: Record<string, string>, ...words: readonly string[]): Promise<string> => {
  const w = world({ env });
  assert.is(await w.hd("hosts", ...words), 0, w.err());
  return w.connections[0]?.repeated ?? "not connected";
};

test("options, and no variables", async () => {
  const env = { NATS_URL: "nats://a", NATS_NKEY: "/k.nk", HOMELAB_DEPLOY_REQUESTER: "bob" };
  assert.is(await repeatedOf(env), "");
  assert.is(
    await repeatedOf(env, "--as", "alice", "--nkey-file", "my keys/a.nk", "--nats-url", "a", "--nats-url=b:4222"),
    " --nats-url a --nats-url b:4222 --nkey-file 'my keys/a.nk' --as alice",
  );
  assert.is(
    await repeatedOf({}, "--user", "u", "--password-file", "/p", "--tls-ca", "/ca", "--tls-first"),
    " --user u --password-file /p --tls-ca /ca --tls-first",
  );
});

test("any word comes back from a shell as it was", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((word) => !word.includes("\0")),
        { maxLength: 20 },
      ),
      (words) => {
        const said = execFileSync("sh", ["-c", `printf '%s\\0' x ${words.map(shellQuoted).join(" ")}`], {
          encoding: "utf8",
        });
        assert.equal(said.split("\0").slice(1, -1), words);
      },
    ),
    { numRuns: 50 },
  );
});

test.run();
