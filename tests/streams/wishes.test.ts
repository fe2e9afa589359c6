/** Wishes in the log: what became of each, whoever wrote what behind it; and as rows of the history, page by page. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { history } from "../../streams/history.ts";
import type { HistoryRow } from "../../streams/history-row.ts";
import { wishesWithId, wishState, youngWishes } from "../../streams/wishes.ts";
import { store } from "../cli/support/fleet.ts";
import { rightOf } from "../support/either.ts";
import { noonMs, requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/wishes");

const wish = (id: string, changes: object = {}) => ({
  id,
  action: "switch",
  revision: "main",
  hosts: ["web1"],
  ...changes,
});
const [hourMs, subject] = [3_600_000, "hd.ask.claude.prod.web1"];

const stateOf = async (log: MemoryLog, id: string, nowMs = noonMs + 1_000): Promise<string> => {
  const [one, ...more] = rightOf(await wishesWithId(log.bus().log, requestId(id))());
  if (one === undefined || more.length > 0) return `${more.length} more`;
  return rightOf(await wishState(log.bus().log, one, nowMs)()).kind;
};

const logAt = () => {
  const clock = { ms: noonMs };
  return { clock, log: memoryLog({ now: () => clock.ms }) };
};

test("open for an hour, unless a word is said about this very wish at its address", async () => {
  const { log } = logAt();
  await store(log, subject, wish("w-1"));
  await store(log, "hd.ask.alice.prod.web1", { id: "w-2", denied: true });
  await store(log, "hd.ask.alice.prod.web2", { id: "w-1", denied: true });
  await store(log, "hd.req.alice.prod.web1", { id: "w-2", revision: "main" });
  await store(log, "hd.req.alice.prod.web1.cancel", { id: "w-1", request: "w-1" });
  assert.is(await stateOf(log, "w-1"), "open");
  assert.is(await stateOf(log, "w-1", noonMs + hourMs), "open");
  assert.is(await stateOf(log, "w-1", noonMs + hourMs + 1), "expired");
  assert.is(rightOf(await youngWishes(log.bus().log, noonMs + hourMs)()).length, 1);
  assert.is(rightOf(await youngWishes(log.bus().log, noonMs + hourMs + 1)()).length, 0);
});

test("a request with its id is what counts, whatever was said before or since", async () => {
  const { log } = logAt();
  await store(log, subject, wish("w-1"));
  await store(log, "hd.ask.alice.prod.web1", { id: "w-1", denied: true });
  assert.is(await stateOf(log, "w-1"), "denied");
  await store(log, "hd.req.bob.prod.web1", { id: "w-1", revision: "main" });
  assert.is(await stateOf(log, "w-1", noonMs + 2 * hourMs), "sent");
});

test("a word from before a wish, or from long after it, is about another", async () => {
  const { log, clock } = logAt();
  await store(log, "hd.ask.alice.prod.web1", { id: "w-1", denied: true });
  await store(log, subject, wish("w-1"));
  assert.is(await stateOf(log, "w-1"), "open");
  clock.ms += 2 * hourMs;
  await store(log, "hd.req.alice.prod.web1", { id: "x", revision: "main" });
  await store(log, "hd.req.alice.prod.web1", { id: "w-1", revision: "main" });
  assert.is(await stateOf(log, "w-1", clock.ms), "expired");
});

const paged = async (log: MemoryLog, limit: number): Promise<readonly string[]> => {
  const rows: HistoryRow[] = [];
  for (let before: number | undefined; ; ) {
    const page = rightOf(await history(log.bus().log)({ limit, before })());
    rows.push(...page.rows);
    before = page.nextBefore;
    if (before === undefined) return rows.map(({ id, status }) => `${id} ${status}`);
  }
};

test("in the history each wish is told once, by the record that has the last word, whatever the pages", async () => {
  const { log } = logAt();
  await store(log, subject, wish("w-1"));
  await store(log, subject, wish("w-2"));
  await store(log, "hd.ask.bob.test.lab1", wish("w-3", { hosts: ["lab1"] }));
  await store(log, "hd.req.alice.prod.web1", { id: "w-1", revision: "main", on_behalf_of: "claude" });
  await store(log, "hd.ask.alice.prod.web1", { id: "w-2", denied: true });
  const all = ["w-1 waiting", "w-3 asked", "w-2 denied"];
  for (const limit of [1, 2, 100]) assert.equal(await paged(log, limit), all, `${limit} a page`);
});

test.run();
