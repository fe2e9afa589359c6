/** A cancel against everything that a request may be by then: waiting, running, activated, ended, or unknown. */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Canceller, type Cancelling, cancelOn } from "../../../lib/host/cancel.ts";
import { decide, decisionFile, decisionOf } from "../../../lib/host/decision.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { order, requester, requestId, web1 } from "../../support/fixtures.ts";
import { type HostWorld, hostWorld } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/cancel");
const root = tempDir("cancel");
let count = 0;

const id = requestId("req-1");
const bob: Canceller = { by: requester("bob"), seq: 50 };

const cancelling = ({ dir }: Pick<HostWorld, "dir">, changes: Partial<Cancelling> = {}, canceller = bob) =>
  cancelOn({
    ...{ dir, hostname: web1.hostname, waits: () => false },
    deployments: { running: () => undefined, takenAs: async () => undefined },
    ...changes,
  })(id, canceller)();

const world = () => hostWorld(join(root, String(count++)));

const running = { running: () => order(), takenAs: async () => 41 };
const ended = { running: () => undefined, takenAs: async () => 41 };

test("one that runs and is not activated is cancelled, durably, by whoever asked first", async () => {
  const { dir, accept } = await world();
  await accept();
  rightOf(await cancelling({ dir }, { deployments: running }));
  assert.equal(decisionOf(dir.open, id), { kind: "cancel", ...bob });
  rightOf(await cancelling({ dir }, { deployments: running }, { by: requester("carol"), seq: 51 }));
  assert.equal(decisionOf(dir.open, id), { kind: "cancel", ...bob });
});

test("one that waits is cancelled before it is taken", async () => {
  const { dir } = await world();
  rightOf(await cancelling({ dir }, { waits: (one) => one === id }));
  assert.is(decisionOf(dir.open, id)?.kind, "cancel");
});

test("one whose activation was decided goes on, and is told with its phase", async () => {
  const { dir, accept, write } = await world();
  await accept();
  await write("started", "activate");
  await decide(dir.open, id, { kind: "activate" });
  const failed = failureOf(await cancelling({ dir }, { deployments: running }));
  assert.is(failed.code, "too_late");
  assert.match(failed.message, /phase activate.*hd watch req-1/);
  assert.is(decisionOf(dir.open, id)?.kind, "activate");
});

test("one that has ended is told as that, and nothing is decided about it", async () => {
  const { dir } = await world();
  const failed = failureOf(await cancelling({ dir }, { deployments: ended }));
  assert.match(failed.message, "Request req-1 has ended on web1");
  assert.is(decisionOf(dir.open, id), undefined);
});

test("one that ends while it is decided is told as ended, and no decision of it is left open", async () => {
  const { dir, accept } = await world();
  await accept();
  await decide(dir.open, id, { kind: "activate" });
  const endsNow = {
    ...running,
    running: () => {
      // What the listener does next, before the decision to cancel can be made.
      renameSync(decisionFile(dir.open, id), decisionFile(dir.done, id));
      return order();
    },
  };
  const failed = failureOf(await cancelling({ dir }, { deployments: endsNow }));
  assert.is(failed.code, "too_late");
  assert.match(failed.message, "Request req-1 has ended on web1");
  assert.is(decisionOf(dir.open, id), undefined);
});

test("one that is put away as cancelled before the answer is made is cancelled", async () => {
  const { dir, accept } = await world();
  await accept();
  await decide(dir.open, id, { kind: "cancel", ...bob });
  renameSync(decisionFile(dir.open, id), decisionFile(dir.done, id));
  rightOf(await cancelling({ dir }, { deployments: running }));
  assert.is(decisionOf(dir.open, id), undefined);
});

test("one that is unknown is told as that, and will not run should it still come", async () => {
  const { dir } = await world();
  const failed = failureOf(await cancelling({ dir }));
  assert.is(failed.code, "too_late");
  assert.match(failed.message, /knows of no request req-1.*Should it still come, web1 will not run it/);
  assert.is(decisionOf(dir.open, id)?.kind, "cancel");
});

test("a cancel that comes again after it was done is done, also when its request has ended by then", async () => {
  const { dir, accept } = await world();
  await accept();
  rightOf(await cancelling({ dir }, { deployments: running }));
  rightOf(await cancelling({ dir }, { deployments: ended }));
  renameSync(decisionFile(dir.open, id), decisionFile(dir.done, id));
  rightOf(await cancelling({ dir }, { deployments: ended }));
  const other = { by: requester("carol"), seq: 51 };
  assert.is(failureOf(await cancelling({ dir }, { deployments: ended }, other)).code, "too_late");
});

test("where it cannot be written down the request goes on, and that is told", async () => {
  const { dir } = await world();
  const gone = { ...dir, open: join(dir.open, "nowhere") };
  const failed = failureOf(await cancelling({ dir: gone }, { deployments: running }));
  assert.is(failed.code, "internal");
  assert.match(failed.message, "so it goes on");
  mkdirSync(join(dir.open, "req-2.decision"));
  writeFileSync(decisionFile(dir.open, id), "{");
  // Torn: whoever wrote it, nothing is activated.
  rightOf(await cancelling({ dir }, { deployments: running }));
});

test("ids that nobody asked for, cancelled one after the other, do not fill the disk", async () => {
  const { dir } = await world();
  const cancel = cancelOn({
    ...{ dir, hostname: web1.hostname, waits: () => false },
    deployments: { running: () => undefined, takenAs: async () => undefined },
  });
  for (let n = 0; n < 1_100; n++) writeFileSync(decisionFile(dir.open, requestId(`before-${n}`)), "{}");
  for (let n = 0; n < 50; n++) failureOf(await cancel(requestId(`none-${n}`), bob)());
  assert.is(readdirSync(dir.open).length, 1_000);
  assert.is(decisionOf(dir.open, requestId("none-49"))?.kind, "cancel");
});

test.run();
