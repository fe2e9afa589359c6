/** `hd history --summary`: each host in all, in a table and as JSON. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { commit, requestId } from "../../support/fixtures.ts";
import { buildFailed, completed, errorCode, event, refused, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/history/summary");

const phase = (name: string) => name as NonNullable<DeployEvent["phase"]>;

/** A deployment of web1 whose phases take 1, 2 and `activateMs`; then it ends. */
const deployed = async ({ log }: World, id: string, activateMs: number): Promise<void> => {
  const { seq: request_seq } = await store(log, "hd.req.alice.prod.web1", { revision: "main", id });
  const about = { id: requestId(id), request_seq };
  const steps = [
    ["resolve", 0],
    ["build", 1_000],
    ["activate", 3_000],
  ] as const;
  for (const [name, elapsed_ms] of steps)
    await storeResponse(log, event("web1", { status: "started", phase: phase(name), elapsed_ms, ...about }));
  await storeResponse(log, completed("web1", { elapsed_ms: 3_000 + activateMs, ...about }));
};

const filled = async (): Promise<World> => {
  const w = world();
  for (const [n, activateMs] of [4_000, 5_000, 90_000].entries()) await deployed(w, `a${n}`, activateMs);
  await storeResponse(w.log, buildFailed("web1", { id: requestId("b"), request_seq: 99, commit: commit("4") }));
  await storeResponse(w.log, refused("web2", "frozen", { id: requestId("c"), request_seq: 98 }));
  await store(w.log, "hd.res.prod.web1.completed", "no JSON");
  return w;
};

test("each host in all, with how long its newest deployments took", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--summary", "--phases"), 0, w.err());
  assert.fixture(
    w.out(),
    `HOST       LAST SUCCESS         LAST FAILURE                   COMPLETED  FAILED  REJECTED  FAILED %  MEDIAN  P95     SAMPLE
prod/web1  43 s ago unreadable  45 s ago 4444444 build_failed  4          1       0         20 %      8s      1m 33s  3
prod/web2                                                      0          0       1

HOST       PHASE     MEDIAN  P95     SAMPLE
prod/web1  resolve   1s      1s      3
prod/web1  build     2s      2s      3
prod/web1  activate  5s      1m 30s  3
`,
  );
});

test("as JSON, with the size of the sample", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--summary", "--host", "prod/web1", "--before", "16", "-o", "json"), 0);
  const { kind, hosts } = JSON.parse(w.out());
  assert.is(kind, "HistorySummary");
  assert.equal(hosts, [
    {
      ...{ tier: "prod", host: "web1", completed: 3, failed: 0, rejected: 0, failed_share: 0 },
      last_success: {
        ...{ seq: 15, stored_at: "2026-01-31T12:00:14.000Z", id: "a2", commit: "3".repeat(40), error: null },
        unreadable: null,
      },
      last_failure: null,
      duration: { sample: 3, median_ms: 8_000, p95_ms: 93_000 },
    },
  ]);
});

test("nothing ended there", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--summary", "--since", "2026-02-01"), 0);
  assert.is(w.out(), "nothing in the log matches\n");
});

test("what is no word on a whole host is refused before anything is read", async () => {
  for (const words of [["--requester", "alice"], ["--status", "failed"], ["--scan"]]) {
    const w = world();
    assert.is(await w.hd("history", "--summary", ...words), 2);
    assert.match(w.err(), `not ${words[0]}.`);
  }
  const w = world();
  assert.is(await w.hd("history", "--phases"), 2);
  assert.match(w.err(), "--phases goes with --summary.");
});

test("errors of a host are told by their code", async () => {
  const w = world();
  await storeResponse(w.log, event("web1", { status: "failed", error: errorCode("timeout"), request_seq: 1 }));
  assert.is(await w.hd("history", "--summary"), 0);
  assert.match(w.out(), "timeout");
});

test.run();
