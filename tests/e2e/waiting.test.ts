/** What waited for a host that was away: the newest request that is valid runs, and each of the others is told why it does not. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../lib/contract/values.ts";
import { startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: waiting");
const fleet = await startFleet(test);

/** The ends of requests that waited, by what was asked, when the host comes back. */
const comesBack = async (asked: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>> => {
  const [lab1] = await fleet.listen("lab1");
  const ends: Record<string, string> = {};
  for (const [name, seq] of Object.entries(asked)) {
    const { status, event } = await fleet.ended(seq, "lab1");
    ends[name] = event.error ?? status;
  }
  await theLogIsTrue(fleet);
  assert.equal(await lab1?.terminate(), { code: 0, signal: null });
  return ends;
};

const ask = (more: object = {}) => fleet.ask("test/lab1", { revision: "v1", ...more });

const past = (): string => instant(Date.now() - 1);

test("of three the newest runs, and the older ones are superseded", async () => {
  const asked = { first: await ask(), second: await ask(), third: await ask({ revision: "main" }) };
  assert.equal(await comesBack(asked), { first: "superseded", second: "superseded", third: "completed" });
  assert.is(fleet.runs("lab1").length, 1);
});

test("the newest that is valid runs: what has expired, or no longer fits, or is nonsense, is told as that", async () => {
  const other = `/nix/store/${"0".repeat(32)}-other`;
  const asked = {
    oldest: await ask(),
    valid: await ask({ id: "valid" }),
    expired: await ask({ expires_at: past() }),
    elsewhere: await ask({ if_current: other }),
    nonsense: await ask({ revision: "--option" }),
  };
  assert.equal(await comesBack(asked), {
    oldest: "superseded",
    valid: "completed",
    expired: "expired",
    elsewhere: "not_current",
    nonsense: "invalid_revision",
  });
});

test("one that was cancelled while it waited is told so, and the one before it runs", async () => {
  const asked = {
    kept: await ask(),
    dropped: await ask({ id: "dropped" }),
    cancel: await fleet.ask("test/all/cancel", { request: "dropped", reason: "not today" }),
  };
  assert.equal(await comesBack(asked), { kept: "completed", dropped: "cancelled", cancel: "applied" });
  const { event } = await fleet.ended(asked.dropped, "lab1");
  assert.equal([event.status, event.cancelled_by], ["rejected", "alice"]);
  assert.match(event.message, /cancelled by alice \(not today\)/);
});

test("a freeze that came after a request is heeded before it, and its end as well", async () => {
  const frozen = {
    asked: await ask(),
    freeze: await fleet.ask("test/all/freeze", { reason: "inventory" }),
  };
  assert.equal(await comesBack(frozen), { asked: "frozen", freeze: "applied" });
  const lifted = { asked: await ask({ revision: "main" }), unfreeze: await fleet.ask("test/all/unfreeze", {}) };
  assert.equal(await comesBack(lifted), { asked: "completed", unfreeze: "applied" });
});

test("of more than a host is handed at once it still runs the newest", async () => {
  const asked: Record<string, number> = {};
  for (let n = 0; n < 100; n++) asked[`${n}`] = await ask();
  asked["newest"] = await ask({ revision: "main", id: "newest" });
  const { newest, ...others } = await comesBack(asked);
  assert.is(newest, "completed");
  assert.equal([...new Set(Object.values(others))], ["superseded"]);
});

test.run();
