/** Where a rollback leads: the newest system that was healthy on a host and is not the one that it runs. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import type { FailureCode } from "../../lib/contract/failure.ts";
import type { Phase } from "../../lib/contract/values.ts";
import { mostEndings, type WayBack, wayBack } from "../../streams/healthy.ts";
import { completed, errorCode, event, store, storeResponse } from "../cli/support/fleet.ts";
import { rightOf } from "../support/either.ts";
import { commit, hostName, storePath } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/healthy");

type Changes = Partial<Omit<DeployEvent, "phase">>;

/** A system of a name has a commit of the same digit. */
const put = (name: string, changes: Changes = {}): DeployEvent =>
  completed("web1", { closure: storePath(name), commit: commit(name), ...changes });

const fails = (error: FailureCode, phase: Phase | null, changes: Changes = {}): DeployEvent =>
  event("web1", { status: "failed", error: errorCode(error), phase, closure: storePath("9"), ...changes });

const back = (name: string) => fails("rolled_back", "rollback", { previous: storePath(name) });

const find = async (log: MemoryLog, end = log.records.length): Promise<WayBack> =>
  rightOf(await wayBack(log.bus().log, hostName("web1"), end)());

const logOf = async (events: readonly DeployEvent[]): Promise<MemoryLog> => {
  const log = memoryLog();
  for (const one of events) await storeResponse(log, one);
  return log;
};

/** `2 -> 1`, each by its commit. */
const told = ({ from, to }: WayBack): string =>
  `${from?.commit?.slice(0, 1) ?? "?"} -> ${to?.commit.slice(0, 1) ?? "nowhere"}`;

const [one, two, three] = [put("1"), put("2"), put("3")];

const cases: readonly (readonly [string, readonly DeployEvent[], string])[] = [
  ["the one before", [one, two], "2 -> 1"],
  ["the newest before", [one, two, three], "3 -> 2"],
  ["back from where it went back to", [one, two, one], "1 -> 2"],
  ["the same once more is no step", [one, two, two], "2 -> 1"],
  ["nothing was ever deployed", [], "? -> nowhere"],
  ["there is only what runs", [one, one], "1 -> nowhere"],
  [
    "a trial is no step, either way",
    [one, put("4", { action: "dry-activate" }), two, put("5", { action: "dry-activate" })],
    "2 -> 1",
  ],
  ["from a system that is only tried", [one, put("4", { action: "test" })], "4 -> 1"],
  ["never to one that was only tried", [one, put("4", { action: "test" }), two], "2 -> 1"],
  ["from what will boot", [one, put("4", { action: "boot" })], "4 -> 1"],
  ["to what was made to boot", [one, put("4", { action: "boot" }), two], "2 -> 4"],
  ["what did not build is no step", [one, two, fails("build_failed", "build")], "2 -> 1"],
  ["what was refused on its way is no step", [one, two, fails("cancelled", null)], "2 -> 1"],
  ["from what the host went back to by itself", [one, two, back("2")], "2 -> 1"],
  [
    "a failure that left it unknown: the newest that was healthy",
    [one, two, fails("rollback_failed", "rollback")],
    "? -> 2",
  ],
  ["unknown, and nothing was healthy", [fails("activation_failed", "activate")], "? -> nowhere"],
  ["what cannot be deployed again is no step", [one, event("web1", { status: "completed" }), two], "2 -> 1"],
];

for (const [name, events, expected] of cases) {
  test(name, async () => {
    assert.is(told(await find(await logOf(events))), expected);
  });
}

test("as of an earlier place in the log", async () => {
  assert.is(told(await find(await logOf([one, two, three]), 2)), "2 -> 1");
});

test("what other hosts do, what is none of ours and what is still going on does not matter", async () => {
  const log = await logOf([one, two]);
  await storeResponse(log, completed("web2", { closure: storePath("7") }));
  await store(log, "hd.res.prod.web1.completed", "no JSON");
  await storeResponse(log, event("web1", { status: "started", phase: "activate" }));
  assert.is(told(await find(log)), "2 -> 1");
});

test("a host that came from another tier goes back to what it ran there", async () => {
  const log = memoryLog();
  await storeResponse(log, one, "test");
  await storeResponse(log, two, "prod");
  assert.is(told(await find(log)), "2 -> 1");
});

test("it looks at so many endings, and no more", async () => {
  const failed = Array.from({ length: mostEndings - 2 }, () => fails("build_failed", "build"));
  assert.is(told(await find(await logOf([one, two, ...failed]))), "2 -> 1");
  assert.is(told(await find(await logOf([one, two, ...failed, ...failed.slice(0, 1)]))), "2 -> nowhere");
});

test.run();
