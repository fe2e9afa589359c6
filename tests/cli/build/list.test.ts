/** `hd builds`: the newest builds that the log holds; and the history keeps to deployments. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { accepted, building, built, done, ended, notBuilt, serveBuilds } from "../support/builder.ts";
import { completed, enrol, store, storeResponse } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/build/list");

/** One of each: completed, failed, running, waiting; with a deployment in between. */
const past = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1");
  let count = 0;
  const { answered } = await serveBuilds(w.log, () => {
    count += 1;
    if (count === 1) return [accepted, building(1), done(built("web1")), ended(built("web1"))];
    if (count === 2) return [accepted, building(2), ended(built("web1"), notBuilt("db1"))];
    return count === 3 ? [accepted, building(2), done(built("web1"))] : [];
  });
  const send = async (...words: readonly string[]): Promise<void> => {
    assert.is(await w.hd("build", ...words, "--detach"), 0);
    await answered();
  };
  await send("nixos/web1", "--reason", "flake update");
  await store(w.log, "hd.req.alice.prod.web1", { action: "switch", revision: "main", id: "deploy-1" });
  await storeResponse(w.log, completed("web1", { id: "deploy-1" as never, request_seq: w.log.records.length }));
  await send("nixos", "-r", "broken", "--as", "bob");
  await send("other/all");
  await send("nixos/web2");
  return w;
};

const rowsOf = async (w: World, ...words: readonly string[]) => {
  const before = w.out().length;
  assert.is(await w.hd("builds", ...words, "-o", "json"), 0);
  return JSON.parse(w.out().slice(before)).builds as readonly Record<string, unknown>[];
};

test("newest first, each as its newest record tells it", async () => {
  const w = await past();
  const before = w.out().length;
  assert.is(await w.hd("builds"), 0);
  assert.fixture(
    screen(w.out().slice(before)).replaceAll(/ID {3,}/g, "ID  "),
    `WHEN       REPO   TARGET  STATUS     REVISION  COMMIT   BY     DURATION  ID  NOTE
45 s ago   nixos  web2    waiting    main               alice            ID
49 s ago   other  all     running    main               alice            ID
53 s ago   nixos  all     failed     broken    3333333  bob    9s        ID  build_failed, 1 of 2 built
1 min ago  nixos  web1    completed  main      3333333  alice  9s        ID  flake update
`,
  );
});

test("by repository, status, requester and time, at most so many", async () => {
  const w = await past();
  const targets = async (...words: readonly string[]) => (await rowsOf(w, ...words)).map(({ target }) => target);
  assert.equal(await targets(), ["nixos/web2", "other/all", "nixos/all", "nixos/web1"]);
  assert.equal(await targets("--repo", "nixos"), ["nixos/web2", "nixos/all", "nixos/web1"]);
  assert.equal(await targets("--status", "failed"), ["nixos/all"]);
  assert.equal(await targets("--status", "running"), ["other/all"]);
  assert.equal(await targets("--requester", "bob"), ["nixos/all"]);
  assert.equal(await targets("-n", "1"), ["nixos/web2"]);
  assert.equal(await targets("--since", "2026-01-31 12:00:06"), ["nixos/web2", "other/all", "nixos/all"]);
  assert.equal(await targets("--repo", "none"), []);
});

test("bad input is refused before anything is asked", async () => {
  for (const words of [["--repo", "a.b"], ["--status", "built"], ["-n", "0"], ["nixos"]]) {
    const w = world();
    assert.is(await w.hd("builds", ...words), 2);
    assert.equal(w.connections, []);
  }
});

test("the history and the status keep to deployments", async () => {
  const w = await past();
  const before = w.out().length;
  assert.is(await w.hd("history", "-o", "json"), 0);
  const { deployments } = JSON.parse(w.out().slice(before));
  assert.equal(
    deployments.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`),
    ["deploy-1 completed"],
  );
  assert.is(await w.hd("status"), 0);
  assert.not.match(w.out(), "unreadable");
});

test.run();
