/**
 * A builder that is killed in the middle, again and again, or told to end: whoever comes next is handed the same request, builds
 * once more, and the log gets one acceptance and one end, after which nothing is built.
 */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scripts, startBuilderWorld } from "../support/builder.ts";
import { eventually } from "../support/collector.ts";
import { temporaryFolder } from "../support/nats.ts";
import { gateAt } from "./support/gate.ts";

const test = suite("e2e: builder killed");

/** Leaves a mark, and waits where there is a gate; what it builds is kept beside neither. */
const gated = `root=\${out%/*/*/*}
echo begun >> "$root/marks"
if [ -p "$root/build-gate" ]; then read -r _ < "$root/build-gate"; fi
echo ok > "$out"`;

// What was in hand at the kill comes again after this time; the real one would make the tests slow.
const world = await startBuilderWorld(test, {
  commits: [scripts({ web1: gated, web2: gated, web3: gated, web4: gated })],
  place: { ackWaitMs: 1_000 },
});

const stage = (host: string): string => join(world.stateDir, "simulated", "nixos", host);
const marksOf = (host: string): readonly string[] => world.marks(join(stage(host), "marks"));

const begunAgain = (host: string, count: number) =>
  eventually(`build ${count} of ${host}`, async () => marksOf(host).length >= count || undefined, 30_000);

const isWhole = async (seq: number): Promise<void> => {
  const all = await world.answers(seq);
  const of = (status: string) => all.filter((one) => one.status === status).length;
  assert.equal([of("accepted"), of("completed"), of("failed"), of("rejected")], [1, 1, 0, 0]);
  assert.is(all[0]?.status, "accepted");
  assert.is(all.at(-1)?.status, "completed");
};

test("killed in the middle, several times: one acceptance, one end, and nothing after it", async () => {
  const gate = await gateAt(stage("web1"), "build");
  const seq = await world.ask("nixos/web1", { revision: "main", id: "killed" });
  for (let kills = 1; kills <= 3; kills++) {
    const builder = await world.started();
    await begunAgain("web1", kills);
    await builder.kill();
  }
  const last = await world.started();
  await begunAgain("web1", 4);
  // The scripts of those that were killed wait there as well: outside of a unit nobody ends them.
  for (let n = 0; n < 4; n++) await gate.open();
  const { event } = await world.ended(seq);
  assert.is(event.results?.[0]?.outcome, "built");
  await isWhole(seq);
  await last.kill();
  await gate.remove();
  // A builder that starts afterwards has nothing left to build: the next request is the next that it begins.
  const next = await world.started();
  const other = await world.ask("nixos/web2", { revision: "main", id: "next" });
  await world.ended(other);
  assert.is(marksOf("web1").length, 4);
  await isWhole(seq);
  await next.kill();
});

test("told to end, it ends its commands and says nothing of them; the next one builds", async () => {
  const gate = await gateAt(stage("web3"), "build");
  const seq = await world.ask("nixos/web3", { revision: "main", id: "ended" });
  const first = await world.started();
  await begunAgain("web3", 1);
  assert.equal(await first.terminate(), { code: 0, signal: null });
  const second = await world.started();
  await begunAgain("web3", 2);
  await gate.open();
  const { status } = await world.ended(seq);
  assert.is(status, "completed");
  await isWhole(seq);
  assert.equal((await world.answers(seq)).filter(({ event }) => event.host !== undefined).length, 1);
  await second.kill();
  await gate.remove();
});

test("held up over a build that another process of its name ends, it says no more", async () => {
  const gate = await gateAt(stage("web4"), "build");
  const held = await world.started();
  const seq = await world.ask("nixos/web4", { revision: "main", id: "held" });
  await begunAgain("web4", 1);
  held.signal("SIGSTOP");
  const other = await world.started("--state-dir", temporaryFolder());
  await world.ended(seq);
  await other.kill();
  held.signal("SIGCONT");
  await gate.open();
  // Requests are taken one after the other: once this one has ended, all is said of the one before.
  await world.ended(await world.ask("nixos/web2", { revision: "main", id: "after-held" }));
  await isWhole(seq);
  await held.kill();
  await gate.remove();
});

test("killed between the end and its acknowledgement, it does not build again", async () => {
  for (let n = 0; n < 2; n++) {
    const builder = await world.started();
    const seq = await world.ask("nixos/all", { revision: "main", id: `again-${n}` });
    await world.ended(seq);
    await builder.kill();
    const next = await world.started();
    const last = await world.ask("nixos/all", { revision: "main", id: `after-${n}` });
    await world.ended(last);
    await isWhole(seq);
    await next.kill();
  }
});

test.run();
