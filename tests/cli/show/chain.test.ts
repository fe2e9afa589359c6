/** `hd show` of replays: back to the first, and forward. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requestId } from "../../support/fixtures.ts";
import { buildFailed, completed, enrol, event, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/show/chain");

const about = (id: string, seq: number) => ({ id: requestId(id), request_seq: seq });

/** Each request repeats the one before it, but for the first: at 1, 4 and 6 in the log. */
const filled = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  await store(w.log, "hd.req.alice.prod.all", { revision: "main", id: "req-1" });
  await storeResponse(w.log, completed("web1", about("req-1", 1)));
  await storeResponse(w.log, buildFailed("web2", about("req-1", 1)));
  await store(w.log, "hd.req.bob.prod.web2", { revision: "3".repeat(40), id: "req-2", replay_of: "req-1" });
  await storeResponse(w.log, event("web2", { status: "accepted", ...about("req-2", 4) }));
  await store(w.log, "hd.req.carol.prod.web2", { revision: "3".repeat(40), id: "req-3", replay_of: "req-2" });
  return w;
};

const lines = (w: World): readonly string[] =>
  w
    .out()
    .split("\n")
    .filter((line) => /repl/.test(line));

test("back to the first, with what came of each", async () => {
  const w = await filled();
  assert.is(await w.hd("show", "req-3"), 0);
  assert.equal(lines(w), [
    `  replay of   req-2 by bob, 2026-01-31 12:00:03Z: 3333333 on prod/web2, 1 running`,
    "              itself a replay of req-1 by alice, 2026-01-31 12:00:00Z: main on prod/all, 1 completed and 1 failed",
  ]);
});

test("and forward, to those that repeat it", async () => {
  const w = await filled();
  await store(w.log, "hd.req.dave.test.lab1", {
    revision: "main",
    id: "req-4",
    replay_of: "req-1",
    reason: "there too",
  });
  assert.is(await w.hd("show", "req-1"), 0);
  assert.equal(lines(w), [
    `  replayed    by req-2 of bob, 2026-01-31 12:00:03Z: 3333333 on prod/web2`,
    "  replayed    by req-4 of dave, 2026-01-31 12:00:06Z: main on test/lab1",
  ]);
});

test("as JSON, and as JSON lines", async () => {
  const w = await filled();
  await w.hd("show", "req-2", "-o", "json");
  const { request, replay_of, replayed_by, replayed_by_is_complete } = JSON.parse(w.out());
  assert.is(request.request.replay_of, "req-1");
  assert.equal(
    replay_of.map(({ id, request: repeated, hosts }: Record<string, { requester: string }>) => [
      id,
      repeated?.requester,
      hosts,
    ]),
    [
      [
        "req-1",
        "alice",
        [
          { host: "web1", result: "completed" },
          { host: "web2", result: "failed" },
        ],
      ],
    ],
  );
  assert.equal([replayed_by.map(({ id }: { id: string }) => id), replayed_by_is_complete], [["req-3"], true]);
  const other = await filled();
  await other.hd("show", "req-2", "-o", "ndjson");
  const types = other
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text).type);
  assert.equal(types, ["request", "replay_of", "replayed_by", "response", "result"]);
});

test("a request that repeats none and that none repeats says nothing of it", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-1", reason: "req-1" });
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-2", reason: "as req-1" });
  await w.hd("show", "req-1");
  assert.equal(lines(w), []);
});

for (const [name, requests] of [
  ["that is not in the log", [["req-1", "req-0"]]],
  ["itself", [["req-1", "req-1"]]],
  [
    "that comes later",
    [
      ["req-1", "req-2"],
      ["req-2", "req-1"],
    ],
  ],
] as const) {
  test(`one that says it repeats one ${name} does not lead on`, async () => {
    const w = world();
    for (const [id, of] of requests) {
      await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id, replay_of: of });
    }
    assert.is(await w.hd("show", "req-1"), 0);
    const [, of] = requests[0];
    assert.is(lines(w)[0], `  replay of   ${of}, which was not found before it in the log`);
  });
}

test("a long chain is told as far as it is of use", async () => {
  const w = world();
  for (let n = 0; n < 30; n += 1) {
    const of = n === 0 ? {} : { replay_of: `req-${n - 1}` };
    await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: `req-${n}`, ...of });
  }
  assert.is(await w.hd("show", "req-29"), 0);
  assert.is(lines(w).length, 16);
});

test("only the next requests are looked at for replays, and that is said", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-0" });
  for (let n = 1; n <= 4_200; n += 1) await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: `r-${n}` });
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "late", replay_of: "req-0" });
  assert.is(await w.hd("show", "req-0"), 0);
  assert.equal(lines(w), ["              only the next 4096 requests were looked at for replays"]);
});

test("the history names what a request repeats, once", async () => {
  const w = await filled();
  await storeResponse(w.log, completed("web2", about("req-2", 4)));
  await w.hd("history", "-o", "json");
  const { deployments } = JSON.parse(w.out());
  assert.equal(
    deployments.map(({ id, replay_of }: Record<string, string>) => [id, replay_of]),
    [
      ["req-2", "req-1"],
      ["req-3", "req-2"],
      ["req-1", null],
      ["req-1", null],
    ],
  );
  const before = w.out().length;
  await w.hd("history");
  assert.match(w.out().slice(before), / req-2 +replay of req-1\n/);
});

test.run();
