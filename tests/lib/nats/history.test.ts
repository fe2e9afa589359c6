/** The history and its summary from a real server, as a deployer may read it, with records in it that are not ours. */
import { jetstream } from "@nats-io/jetstream";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Bus } from "../../../lib/router/ports.ts";
import { type HistoryLog, history } from "../../../streams/history.ts";
import type { HistoryQuery } from "../../../streams/history-query.ts";
import { historySummary } from "../../../streams/history-summary.ts";
import { seqAt } from "../../../streams/seq-at.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, requester, role, tier } from "../../support/fixtures.ts";
import { owner, type ServedWorld, startWorld, tiers } from "../../support/nats-world.ts";

const test = suite("lib/nats/history");

const alice = requester("alice");
const deployments = 600;
const ids = Array.from({ length: deployments }, (_, n) => `req-${n}`);

/** The first ten are the rare host's; every twentieth fails; every fiftieth is bob's, and asks a role. */
const hostAt = (n: number): string => (n < 10 ? "rare1" : `web${n % 5}`);
const statusAt = (n: number): string => (n % 20 === 7 ? "failed" : "completed");
const isBobs = (n: number): boolean => n % 50 === 13;

let world: ServedWorld;
let bus: Bus;

/** Among them records without a body, which look like the end of an answer. */
const fill = async (): Promise<void> => {
  const nc = await world.raw(owner);
  const js = jetstream(nc);
  for (const [n, id] of ids.entries()) {
    const host = hostAt(n);
    const target = isBobs(n) ? "role.web" : host;
    const by = isBobs(n) ? "bob" : "alice";
    const { seq } = await js.publish(`hd.req.${by}.prod.${target}`, JSON.stringify({ revision: "main", id }));
    const about = { hostname: host, error: null, message: "", id, request_seq: seq, requester: by };
    const says = (status: string, more: object = {}) =>
      js.publish(`hd.res.prod.${host}.${status}`, JSON.stringify({ ...about, status, ...more }));
    await says("accepted");
    await says(statusAt(n), { elapsed_ms: 1_000 + n });
    if (n % 100 === 50) await js.publish("hd.res.prod.web1.completed", "");
  }
};

test.before(async () => {
  world = await startWorld([{ kind: "deployer", requester: alice, tiers }]);
  await world.apply();
  await fill();
  bus = await world.bus(alice);
});

test.after(async () => {
  await world.close();
  await world.server.stop();
});

/** Of all pages, one after the other. */
const paged = async (log: HistoryLog, query: HistoryQuery): Promise<readonly string[]> => {
  const found: string[] = [];
  for (let before: number | undefined; ; ) {
    const { rows, nextBefore } = rightOf(await history(log)({ ...query, before })());
    found.push(...rows.map(({ id, status }) => id ?? status));
    if (nextBefore === undefined) return found;
    before = nextBefore;
  }
};

const those = (wanted: (n: number) => boolean): readonly string[] => ids.filter((_, n) => wanted(n)).reverse();

test("every page of every query, on a server that counts and as on one that does not", async () => {
  const old: HistoryLog = { ...bus.log, count: () => async () => right(undefined) };
  const cases: readonly (readonly [Partial<HistoryQuery>, readonly string[]])[] = [
    [{ host: hostName("rare1") }, those((n) => n < 10)],
    [{ host: hostName("web2") }, those((n) => hostAt(n) === "web2")],
    [{ status: "failed", tier: tier("prod") }, those((n) => statusAt(n) === "failed")],
    [{ requester: requester("bob") }, those(isBobs)],
    [{ role: role("web") }, those(isBobs)],
    [{ status: "unreadable" }, Array.from({ length: 6 }, () => "unreadable")],
    [{ host: hostName("nobody") }, []],
  ];
  for (const [query, expected] of cases)
    for (const log of [bus.log, old]) assert.equal(await paged(log, { limit: 7, ...query }), expected);
});

test("the sequence of a time", async () => {
  const record = rightOf(await bus.log.next(1_000, ">")());
  const seq = rightOf(await seqAt(bus.log, record?.atMs ?? 0)());
  const before = rightOf(await bus.log.next(seq - 1, ">")());
  assert.ok(seq <= 1_000 && (before?.atMs ?? 0) < (record?.atMs ?? 0));
  assert.is(rightOf(await seqAt(bus.log, Number.MAX_SAFE_INTEGER)()), (await world.lastSeq()) + 1);
});

test("each host in all", async () => {
  const [first, second] = rightOf(await historySummary(bus.log, { phases: false })());
  assert.equal([first?.host, first?.ended.completed, first?.ended.failed], ["rare1", 9, 1]);
  assert.equal([second?.host, second?.ended.failed], ["web0", 0]);
  assert.is(first?.times.whole?.count, 9);
  assert.is(first?.lastFailed?.kind, "response");
});

test.run();
