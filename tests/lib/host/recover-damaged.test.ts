/** A line in the middle of a journal cannot be read: the events behind it may not take the numbers of others, or its end is never told. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { journalFile } from "../../../lib/host/journal.ts";
import { recover } from "../../../lib/host/recover.ts";
import { order } from "../../support/fixtures.ts";
import { hostWorld } from "../../support/host-world.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/recover, damaged");
const root = tempDir("recover-damaged");
const { id } = order();

test("the log has all but the end, and a line before it is damaged: the end is told", async () => {
  const world = await hostWorld(join(root, "line"));
  await world.accept();
  await world.begin();
  for (const phase of ["resolve", "build", "activate", "verify"] as const) await world.write("started", phase);
  await world.write("completed", "verify");
  world.end();
  const told = ["accepted", "started", "started", "started", "started"];
  for (const [index, status] of told.entries()) {
    const body = JSON.stringify({ hostname: "web1", status, error: null, message: "", id, request_seq: 41 });
    const msgId = world.ids.of({ id, seq: 41 }, index + 1);
    await world.bus.log.append({ subject: `hd.res.prod.web1.${status}`, body, msgId })();
  }
  const file = journalFile(world.dir.open, id);
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.map((line, n) => (n === 3 ? `#${line}` : line)).join("\n"));
  const resumed: number[] = [];
  await recover({
    logNow: () => 0,
    forwarding: world.env(),
    deployments: { resume: (_, from) => void resumed.push(from) },
  });
  const isTold = world.recorded().some((record) => /completed|failed/.test(record));
  assert.ok(isTold || resumed.length > 0, "the journal was closed, and its end is in no log");
});

test.run();
