/** `hd replay --into-router`: what a host decides now beside what it decided then, and what cannot be told from a record. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { storePath } from "../../support/fixtures.ts";
import type { MemoryLog } from "../../support/memory-bus.ts";
import { applied, completed, errorCode, event, refused, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/replay into-router");

/** A request to web1 of prod, or another; its sequence. */
const ask = async (log: MemoryLog, body: object | string, target = "prod.web1", by = "alice"): Promise<number> =>
  (await store(log, `hd.req.${by}.${target}`, typeof body === "string" ? body : { revision: "main", ...body })).seq;

const answer = (log: MemoryLog, request_seq: number, of: DeployEvent) => storeResponse(log, { ...of, request_seq });

const accepted = event("web1", { status: "accepted" });

interface Decision {
  readonly seq: number;
  readonly host: string;
  readonly recorded: { readonly decision: string; readonly error: string | null };
  readonly now: { readonly decision: string; readonly error: string | null } | null;
  readonly verdict: string;
  readonly why: string | null;
}

/** `41 accepted -> rejected expired: different`, one for each decision. */
const decisions = async (w: World, ...words: readonly string[]): Promise<readonly string[]> => {
  const { hd, out, err } = { ...w, out: w.out().length };
  const code = await hd("replay", "--into-router", "stream", "-o", "json", ...words);
  assert.ok(code === 0 || code === 3, err());
  const found: readonly Decision[] = JSON.parse(w.out().slice(out)).decisions;
  const told = (one: Decision["now"]) => (one === null ? "-" : [one.decision, one.error].filter(Boolean).join(" "));
  const lines = found.map((one) => `${one.seq} ${told(one.recorded)} -> ${told(one.now)}: ${one.verdict}`);
  assert.is(code, lines.some((line) => line.endsWith(" different")) ? 3 : 0);
  return lines;
};

test("what a host took it takes again, and is busy as long as it was", async () => {
  const w = world();
  const first = await ask(w.log, { id: "one" });
  await answer(w.log, first, accepted);
  const second = await ask(w.log, { id: "two" });
  await answer(w.log, second, refused("web1", "busy"));
  await answer(w.log, first, completed("web1"));
  const third = await ask(w.log, { id: "three" });
  await answer(w.log, third, accepted);
  assert.equal(await decisions(w), [
    "1 accepted -> accepted: same",
    "3 rejected busy -> rejected busy: same",
    "6 accepted -> accepted: same",
  ]);
});

test("nothing is appended", async () => {
  const w = world();
  await answer(w.log, await ask(w.log, { id: "one" }), accepted);
  const before = w.log.records.length;
  assert.is(await w.hd("replay", "--into-router", "stream"), 0);
  assert.is(w.log.records.length, before);
  assert.fixture(
    w.out(),
    `SEQ  WHEN                  HOST       BY     ASKED        RECORDED  NOW       RESULT  NOTE
1    2026-01-31 12:00:00Z  prod/web1  alice  switch main  accepted  accepted  same

1 decision: 1 the same, 0 different, 0 not reproducible
`,
  );
});

test("a refusal for a deployment that ended before it was told is the same", async () => {
  const w = world();
  const first = await ask(w.log, { id: "one" });
  await answer(w.log, first, accepted);
  const second = await ask(w.log, { id: "two" });
  await answer(w.log, first, completed("web1"));
  await answer(w.log, second, refused("web1", "busy"));
  assert.equal((await decisions(w)).at(-1), "3 rejected busy -> rejected busy: same");
});

test("busy with nothing under way is not reproducible", async () => {
  const w = world();
  await answer(w.log, await ask(w.log, {}), refused("web1", "busy"));
  assert.equal(await decisions(w), ["1 rejected busy -> accepted: not_reproducible"]);
  assert.is(await w.hd("replay", "--into-router", "stream"), 0);
  assert.match(w.out(), "no deployment of this record was under way: something else held the host");
  assert.match(w.out(), "1 decision: 0 the same, 0 different, 1 not reproducible");
});

test("a deployment whose end was never told has ended when the host takes another", async () => {
  const w = world();
  for (const id of ["one", "two"]) await answer(w.log, await ask(w.log, { id }), accepted);
  assert.equal(await decisions(w), ["1 accepted -> accepted: same", "3 accepted -> accepted: same"]);
});

test("a freeze holds from its answer on, and until it is lifted", async () => {
  const w = world();
  const frozen = await ask(w.log, { reason: "week-end" }, "prod.web1.freeze");
  await answer(w.log, frozen, applied("web1", "freeze"));
  await answer(w.log, await ask(w.log, { id: "one" }), refused("web1", "frozen"));
  await answer(w.log, await ask(w.log, { id: "two", reason: "it burns" }, "prod.web1.override"), accepted);
  await answer(w.log, await ask(w.log, {}, "prod.web1.unfreeze"), applied("web1", "unfreeze"));
  await answer(w.log, await ask(w.log, { id: "three" }), accepted);
  assert.equal(
    (await decisions(w)).map((one) => one.split(": ")[1]),
    ["same", "same", "same", "same", "same"],
  );
});

test("a freeze from before the record is not reproducible, one that is tried is different", async () => {
  const w = world();
  await answer(w.log, await ask(w.log, { id: "one" }), refused("web1", "frozen"));
  await answer(w.log, await ask(w.log, { id: "two" }), accepted);
  assert.equal(await decisions(w), ["1 rejected frozen -> accepted: not_reproducible", "3 accepted -> accepted: same"]);
  assert.equal(await decisions(w, "--freeze", "prod/web1"), [
    "1 rejected frozen -> rejected frozen: same",
    "3 accepted -> rejected frozen: different",
  ]);
});

test("an id that was used before is refused as then", async () => {
  const w = world();
  const first = await ask(w.log, { id: "one" });
  await answer(w.log, first, accepted);
  await answer(w.log, first, completed("web1"));
  await answer(w.log, await ask(w.log, { id: "one" }), refused("web1", "invalid_request"));
  await answer(w.log, await ask(w.log, "no JSON"), refused("web1", "invalid_request"));
  assert.ok((await decisions(w)).every((one) => one.endsWith(": same")));
});

test("a request that waits is cancelled, and one that is activated is not", async () => {
  const w = world();
  const waits = await ask(w.log, { id: "waits" });
  const cancel = await ask(w.log, { request: "waits" }, "prod.web1.cancel");
  await answer(w.log, cancel, applied("web1", "cancel"));
  await answer(w.log, waits, refused("web1", "cancelled"));
  const runs = await ask(w.log, { id: "runs" });
  await answer(w.log, runs, accepted);
  await answer(w.log, runs, event("web1", { status: "started", phase: "activate" }));
  await answer(w.log, await ask(w.log, { request: "runs" }, "prod.web1.cancel"), refused("web1", "too_late"));
  assert.ok((await decisions(w)).every((one) => one.endsWith(": same")));
});

test("of requests that waited the newest runs, whatever came first", async () => {
  const w = world();
  const [older, newer] = [await ask(w.log, { id: "older" }), await ask(w.log, { id: "newer" })];
  await answer(w.log, newer, accepted);
  await answer(w.log, older, refused("web1", "superseded"));
  assert.equal(await decisions(w), [
    "2 accepted -> accepted: same",
    "1 rejected superseded -> rejected superseded: same",
  ]);
});

test("what runs is what the record says, as far as it does", async () => {
  const w = world();
  const [a, b] = [storePath("a"), storePath("b")];
  await answer(w.log, await ask(w.log, { id: "early", if_current: a }), refused("web1", "not_current"));
  await answer(w.log, await ask(w.log, { id: "luck", if_current: b }), accepted);
  const first = await ask(w.log, { id: "one" });
  await answer(w.log, first, accepted);
  await answer(w.log, first, completed("web1", { closure: a }));
  await answer(w.log, await ask(w.log, { id: "two", if_current: b }), refused("web1", "not_current"));
  await answer(w.log, await ask(w.log, { id: "three", if_current: a }), accepted);
  assert.equal(
    (await decisions(w)).map((one) => one.split(": ")[1]),
    ["same", "not_reproducible", "same", "same", "same"],
  );
});

test("a host that was away read it when it answered, and one that did not answer cannot be told of", async () => {
  const w = world();
  const soon = new Date(Date.parse("2026-01-31T12:00:05Z")).toISOString();
  const late = await ask(w.log, { id: "late", expires_at: soon });
  for (let n = 0; n < 10; n += 1) await ask(w.log, { id: `n${n}` }, "prod.web2");
  await answer(w.log, late, refused("web1", "expired"));
  await ask(w.log, { id: "unanswered" });
  assert.equal(await decisions(w), [
    "1 rejected expired -> rejected expired: same",
    "13 no answer -> -: not_reproducible",
  ]);
});

test("a shorter queue time expires what was taken after an hour's wait", async () => {
  const w = world();
  const asked = await ask(w.log, { id: "one" });
  for (let n = 0; n < 30; n += 1) await ask(w.log, { id: `n${n}` }, "prod.web2");
  await answer(w.log, asked, accepted);
  assert.equal(await decisions(w), ["1 accepted -> accepted: same"]);
  assert.equal(await decisions(w, "--queue-timeout", "20s"), ["1 accepted -> rejected expired: different"]);
});

test("trouble of the host is not repeated, and a signature is not checked without keys", async () => {
  const w = world();
  await answer(w.log, await ask(w.log, { id: "one" }), refused("web1", "internal"));
  await answer(w.log, await ask(w.log, { id: "two" }), refused("web1", "unauthorized"));
  assert.equal(
    (await decisions(w)).map((one) => one.split(": ")[1]),
    ["not_reproducible", "not_reproducible"],
  );
});

test("a role that a host gets or loses", async () => {
  const w = world();
  await answer(w.log, await ask(w.log, { id: "one" }, "prod.role.web"), accepted);
  await answer(w.log, await ask(w.log, { id: "two" }, "prod.role.web"), refused("web1", "busy"));
  await ask(w.log, { id: "three" }, "prod.role.dns");
  assert.equal((await decisions(w)).length, 2);
  assert.equal(await decisions(w, "--host", "prod/web1:dns"), [
    "1 accepted -> not addressed: different",
    "3 rejected busy -> not addressed: different",
    "5 not addressed -> accepted: different",
  ]);
  assert.is(await w.hd("replay", "--into-router", "stream", "--host", "prod/web1:web", "--only-different"), 0);
  assert.match(w.err(), "1 of 3 requests were asked of no host of this rehearsal");
});

test("what is none of ours is passed over and listed", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.build.site.x86", {});
  await store(w.log, "hd.res.prod.web1.accepted", "no JSON");
  await answer(w.log, await ask(w.log, { id: "one" }), { ...accepted, error: errorCode("busy") });
  assert.is(await w.hd("replay", "--into-router", "stream"), 0);
  assert.match(w.err(), "passed over: record 2, hd.res.prod.web1.accepted: the body is not JSON");
  assert.match(w.out(), "1 decision: 1 the same");
});

test("an empty log", async () => {
  const w = world();
  assert.is(await w.hd("replay", "--into-router", "stream"), 0);
  assert.is(w.out(), "0 decisions: 0 the same, 0 different, 0 not reproducible\n");
  assert.is(w.err(), "this record holds no request\n");
});

test.run();
