/** The list of builds, read back over more than one window, with and without a server that can count. */
import { right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type BuildsLog, type BuildsQuery, builds } from "../../streams/builds.ts";
import { accepted, buildEvent, built, done, ended, notBuilt, storeBuild } from "../cli/support/builder.ts";
import { store } from "../cli/support/fleet.ts";
import { rightOf } from "../support/either.ts";
import { requestId } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/builds");

const count = 300;

/** Builds that overlap: each is asked for before the one before it has ended. Every hundredth fails, the last is at it. */
const past = async (): Promise<MemoryLog> => {
  const log = memoryLog();
  let before: (() => Promise<unknown>) | undefined;
  for (let n = 1; n <= count; n++) {
    const id = requestId(`build-${n}`);
    const { seq } = await store(log, "hd.req.alice.build.nixos.all", { revision: "main", id });
    await before?.();
    const say = (said: Parameters<typeof buildEvent>[0]) => storeBuild(log, buildEvent(said, seq, { id }));
    await say(accepted);
    for (const host of ["web1", "web2"]) await say(done(built(host)));
    before = () => say(n % 100 === 0 ? ended(notBuilt("web1")) : ended(built("web1")));
  }
  return log;
};

const log = await past();

const ids = async (reader: BuildsLog, query: Partial<BuildsQuery>): Promise<readonly string[]> =>
  rightOf(await builds(reader, { limit: count, ...query })()).map(({ request, status }) => `${request.id} ${status}`);

const readers: Readonly<Record<string, BuildsLog>> = {
  "that counts": log.bus().log,
  "that cannot count": { ...log.bus().log, count: () => right(undefined) },
};

for (const [what, reader] of Object.entries(readers)) {
  test(`a log ${what}: all of them, newest first, each with its end`, async () => {
    const all = await ids(reader, {});
    assert.is(all.length, count);
    assert.equal(all.slice(0, 2), [`build-${count} running`, `build-${count - 1} completed`]);
    assert.is(all.at(-1), "build-1 completed");
    assert.equal(await ids(reader, { limit: 3 }), all.slice(0, 3));
    assert.equal(await ids(reader, { status: "failed" }), ["build-200 failed", "build-100 failed"]);
  });
}

test("an end that names another request's id is not taken for its end", async () => {
  const other = memoryLog();
  await store(other, "hd.req.alice.build.nixos.all", { revision: "main", id: "one" });
  await storeBuild(other, buildEvent(ended(built("web1")), 1, { id: requestId("two") }));
  assert.equal(await ids(other.bus().log, {}), ["one waiting"]);
});

test.run();
