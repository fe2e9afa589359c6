/** `hd diff`: what changed on which hosts between two moments. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { commit, requester, requestId, storePath } from "../../support/fixtures.ts";
import { buildFailed, completed, enrol, errorCode, event, storeResponse } from "../support/fleet.ts";
import { type World, type WorldOptions, world } from "../support/world.ts";

const test = suite("cli/diff");

const put = (host: string, digit: string, changes: Partial<DeployEvent> = {}): DeployEvent =>
  completed(host, {
    ...{ closure: storePath(`system-${digit}`), commit: commit(digit), generation: Number(digit) + 100 },
    ...{ id: requestId(`req-${digit}`), ...changes },
  });

/** One record a second, from noon on; the command asks a minute after noon. */
const fleet = async (options: WorldOptions = {}): Promise<World> => {
  const w = world(options);
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/db1", "prod/db2", "test/lab1");
  await storeResponse(w.log, put("web1", "2", { requester: requester("bob") }));
  await storeResponse(w.log, put("web2", "2"));
  await storeResponse(w.log, put("db1", "2"));
  await storeResponse(w.log, buildFailed("web1"));
  await storeResponse(w.log, put("web1", "3"));
  await storeResponse(w.log, put("web1", "4"));
  await storeResponse(w.log, put("web2", "4", { action: "boot", requester: requester("bob") }));
  await storeResponse(w.log, put("db1", "2"));
  await storeResponse(w.log, put("lab1", "4"), "test");
  const failed = { status: "failed", error: errorCode("timeout"), phase: "activate" } as const;
  await storeResponse(w.log, event("lab1", { ...failed, id: requestId("req-9") }), "test");
  return w;
};

test("a line for each host that changed, and how many did not", async () => {
  const w = await fleet();
  assert.is(await w.hd("diff", "2026-01-31 12:00:02"), 0);
  assert.fixture(
    w.out(),
    `HOST       FROM             TO                                      SINCE                 BY     DEPLOYMENTS  ID
prod/web1  2222222 gen 102  4444444 gen 104                         2026-01-31 12:00:05Z  alice  2, 1 failed  req-4
prod/web2  2222222 gen 102  2222222 gen 102, boots 4444444 gen 104  2026-01-31 12:00:06Z  bob    1            req-4
test/lab1  nothing          not known                               2026-01-31 12:00:09Z  alice  1, 1 failed  req-9
2 hosts are as before
`,
  );
  assert.is(w.err(), "from 2026-01-31 12:00:02Z (record 3) to 2026-01-31 12:01:00Z (record 10)\n");
});

test("between two moments, on some hosts", async () => {
  const w = await fleet();
  assert.is(await w.hd("diff", "--between", "60s ago", "56s ago", "--target", "web1,db1", "--target", "db2"), 0);
  assert.fixture(
    w.out(),
    `HOST       FROM             TO               SINCE                 BY     DEPLOYMENTS  ID
prod/db1   nothing          2222222 gen 102  2026-01-31 12:00:02Z  alice  1            req-2
prod/web1  2222222 gen 102  3333333 gen 103  2026-01-31 12:00:04Z  alice  1, 1 failed  req-3
1 host is as before
`,
  );
});

test("nothing changed", async () => {
  const w = await fleet();
  assert.is(await w.hd("diff", "10s ago", "5s ago"), 0);
  assert.is(w.out(), "5 hosts are as before\n");
});

test("a server that cannot count counts nothing", async () => {
  const w = await fleet({
    around: (bus) => ({ ...bus, log: { ...bus.log, count: () => async () => right(undefined) } }),
  });
  assert.is(await w.hd("diff", "57s ago", "--target", "web1", "-o", "json"), 0);
  const [web1] = JSON.parse(w.out()).hosts;
  assert.equal([web1.completed, web1.failed, web1.to.runs.generation], [null, null, 104]);
});

test("as JSON, closures in full and every key there", async () => {
  const w = await fleet();
  await w.hd("diff", "57s ago", "-o", "json");
  const { hosts, ...about } = JSON.parse(w.out());
  assert.equal(about, {
    ...{ apiVersion: "hd/v1", kind: "Diff", unchanged: 2 },
    ...{ from: "2026-01-31T12:00:03.000Z", from_seq: 4, to: "2026-01-31T12:01:00.000Z", to_seq: 10 },
  });
  const [web1] = hosts;
  assert.equal(Object.keys(web1).sort(), ["completed", "failed", "from", "host", "tier", "to"]);
  assert.equal(web1.from.runs.closure, storePath("system-2"));
  assert.equal([web1.to.runs.closure, web1.to.runs.by.id], [storePath("system-4"), "req-4"]);
});

const refused: readonly (readonly [string, readonly string[], string])[] = [
  ["no moment", [], 'Give one moment, or two: hd diff "2h ago"'],
  ["three moments", ["--between", "3h", "2h", "1h"], "Give one moment, or two"],
  ["the wrong way round", ["30s", "50s"], "2026-01-31 12:00:30Z is not before 2026-01-31 12:00:10Z; turn them round."],
  ["the same moment", ["30s", "30s"], "is not before"],
  [
    "a moment before the log",
    ["2h"],
    "The log begins at 2026-01-31 12:00:00Z, so it knows nothing of 2026-01-31 10:01:00Z.",
  ],
  ["no moment at all", ["lately"], "<moment> must be a moment such as 2h ago"],
  ["a moment to come", ["30s", "2026-12-01"], "<moment> must be a moment that is past"],
  [
    "a host that there is not",
    ["50s", "--target", "web9"],
    'The log knows no host by "web9". Did you mean web1 or web2?',
  ],
];

for (const [what, words, message] of refused) {
  test(`refused: ${what}`, async () => {
    const w = await fleet();
    assert.is(await w.hd("diff", ...words), 2);
    assert.match(w.err(), message);
    assert.is(w.out(), "");
  });
}

test.run();
