/** What a host does not do by its own configuration, from the command line to the listener. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { world } from "../support/world.ts";

const test = suite("cli/listener/restraints");
const words = ["listener", "--hostname", "web1", "--tier", "prod", "--flake-url", "git+file:///f"];

test("a host takes deployments and goes back, unless it is told otherwise", async () => {
  const w = world();
  assert.is(await w.hd(...words), 0);
  assert.equal([w.listened[0]?.frozen, w.listened[0]?.rollback], [undefined, true]);
  assert.is(await w.hd(...words, "--frozen", "being repaired", "--no-rollback"), 0);
  assert.equal([w.listened[1]?.frozen, w.listened[1]?.rollback], ["being repaired", false]);
});

test("the variables say the same", async () => {
  const w = world({ env: { HOMELAB_DEPLOY_FROZEN: "being repaired", HOMELAB_DEPLOY_NO_ROLLBACK: "1" } });
  assert.is(await w.hd(...words), 0);
  assert.equal([w.listened[0]?.frozen, w.listened[0]?.rollback], ["being repaired", false]);
});

test("whoever is refused has to be told why", async () => {
  const w = world();
  assert.is(await w.hd(...words, "--frozen", ""), 2);
  assert.is(w.listened.length, 0);
});

test.run();
