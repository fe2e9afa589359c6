/** The trusted keys that `hd init` writes are those that a listener reads, also while a key is rotated. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { policyOf } from "../../../lib/contract/trusted-keys.ts";
import { trustedKeysFile } from "../../../lib/host/trusted-keys-file.ts";
import { isUserKey } from "../../../lib/nats/verify.ts";
import { fleetFolder } from "../../cli/support/fleet-folder.ts";
import { rightOf } from "../../support/either.ts";
import { tier } from "../../support/fixtures.ts";

const test = suite("lib/fleet/trusted-keys");

test("who may ask is trusted for that, in the tiers that the fleet file gives a policy", async () => {
  const folder = fleetFolder();
  assert.is((await folder.hd("init", folder.dir)).exit, 0);
  const read = trustedKeysFile(folder.path("trusted-keys.json"), isUserKey);
  const trusted = rightOf(read());
  const who = () =>
    [...rightOf(read()).owners.values()].map(({ name, tiers, actions }) => [name, tiers.toSorted(), actions]);
  const everything = ["root", ["prod", "test"], ["switch", "boot", "test", "dry-activate"]];
  assert.equal(who(), [["alice", ["prod", "test"], ["switch"]], everything]);
  assert.equal([policyOf(trusted, tier("prod")), policyOf(trusted, tier("test"))], ["require", "off"]);
  assert.is((await folder.hd("key", "rotate", "alice", "--fleet", folder.dir)).exit, 0);
  assert.equal(
    who().map(([name]) => name),
    ["alice", "alice", "root"],
  );
});

test.run();
