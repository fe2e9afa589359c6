/** What a host is frozen by: the newest word for each address, kept through a restart, and never lost by damage. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress, roleAddress } from "../../../lib/contract/address.ts";
import { instant, Reason } from "../../../lib/contract/values.ts";
import { type Freeze, freezesIn } from "../../../lib/host/freezes.ts";
import { failureOf, leftOf, rightOf } from "../../support/either.ts";
import { fit, noonMs, requester, role, tier, web1 } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/freezes");
const base = tempDir("freezes");
let count = 0;

const own = hostAddress(web1.tier, web1.hostname);
const all = allAddress(web1.tier);

const frozen = (seq: number, changes: Partial<Freeze> = {}): Freeze => ({
  ...{ address: all, frozen: true, by: requester("alice"), seq, at_ms: noonMs + seq },
  reason: fit(Reason, "holidays"),
  ...changes,
});

const host = (root = join(base, String(count++)), nowMs = noonMs) => {
  mkdirSync(root, { recursive: true });
  const clock = { nowMs };
  const { keep, inForce } = freezesIn({ root, addresses: [own, all], now: () => clock.nowMs });
  const seqs = () => rightOf(inForce()).map(({ seq }) => seq);
  return { root, clock, inForce, seqs, keep: async (one: Freeze) => keep(one)() };
};

test("nothing is frozen at first; what is frozen stays so over a restart", async () => {
  const { root, keep, seqs } = host();
  assert.equal(seqs(), []);
  rightOf(await keep(frozen(1)));
  rightOf(await keep(frozen(2, { address: own })));
  assert.equal(seqs(), [1, 2]);
  assert.equal(host(root).seqs(), [1, 2]);
});

test("what the host's own configuration says holds beside what is kept, and is written nowhere", () => {
  const { root } = host();
  const frozen = fit(Reason, "being repaired");
  const { inForce } = freezesIn({ root, addresses: [own, all], now: () => noonMs, host: web1, frozen });
  const [held] = rightOf(inForce());
  assert.equal([held?.address, held?.by, held?.reason, held?.configured], [own, "web1", "being repaired", true]);
  assert.equal(host(root).seqs(), []);
});

test("it ends to the millisecond, by the clock that it is given", async () => {
  const { clock, keep, seqs } = host();
  rightOf(await keep(frozen(1, { until: instant(noonMs + 1000) as NonNullable<Freeze["until"]> })));
  clock.nowMs = noonMs + 999;
  assert.equal(seqs(), [1]);
  clock.nowMs = noonMs + 1000;
  assert.equal(seqs(), []);
});

test("lifting is for that address only, and what is older comes too late", async () => {
  const { keep, seqs } = host();
  rightOf(await keep(frozen(5)));
  rightOf(await keep(frozen(6, { address: own })));
  rightOf(await keep(frozen(7, { frozen: false })));
  assert.equal(seqs(), [6]);
  const late = failureOf(await keep(frozen(5)));
  assert.is(late.code, "superseded");
  assert.match(late.message, "alice unfroze prod/all later, at 7 of the log");
  assert.equal(seqs(), [6]);
});

test("the same one twice is one; in a log that was made anew the later one is newer", async () => {
  const { keep, seqs } = host();
  for (const _ of [1, 2]) rightOf(await keep(frozen(500)));
  assert.equal(seqs(), [500]);
  rightOf(await keep(frozen(3, { frozen: false, at_ms: noonMs + 10_000 })));
  assert.equal(seqs(), []);
});

test("an address that the host does not serve freezes nothing", async () => {
  const { keep, seqs } = host();
  rightOf(await keep(frozen(1, { address: roleAddress(tier("prod"), role("dns")) })));
  assert.equal(seqs(), []);
});

test("of two at the same time neither is lost", async () => {
  const { keep, seqs } = host();
  await Promise.all([keep(frozen(1)), keep(frozen(2, { address: own }))]);
  assert.equal([...seqs()].sort(), [1, 2]);
});

test("what cannot be read freezes: it is told what to do, and nothing is written over it", async () => {
  for (const damage of ["", "{", '{"freezes":[{"address":"x"}]}', "[]", '{"freezes":{}}', "\0".repeat(100)]) {
    const { root, inForce, keep } = host();
    const file = join(root, "freezes.json");
    writeFileSync(file, damage);
    assert.match(leftOf(inForce()), /takes no deployment\. .*remove .*freezes\.json/s, damage);
    assert.is(failureOf(await keep(frozen(9))).code, "internal");
    assert.is(readFileSync(file, "utf8"), damage);
  }
});

test("what cannot be kept is told, and holds nothing", async () => {
  const root = join(base, String(count++));
  mkdirSync(join(root, "freezes.json.draft"), { recursive: true });
  const { keep, seqs } = host(root);
  assert.match(failureOf(await keep(frozen(1))).message, "cannot be kept in its state folder");
  assert.equal(seqs(), []);
});

test.run();
