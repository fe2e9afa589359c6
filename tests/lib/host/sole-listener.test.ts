/** One listener for each state folder, whoever starts when, and whoever was killed before. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Processes, ProcessIdentity } from "../../../lib/host/holder-file.ts";
import { becomeSoleListener } from "../../../lib/host/sole-listener.ts";
import { failureOf } from "../../support/either.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/sole-listener");
const top = tempDir("sole");
let root = "";
let count = 0;
const living = new Set<number>();

test.before.each(() => {
  root = join(top, String(count++));
  mkdirSync(root);
  living.clear();
});

/** As the process of that number, which lives from now on. */
const start = async (pid: number) => {
  living.add(pid);
  const self: ProcessIdentity = { pid, started: "1", boot: "b" };
  const processes: Processes = { self: async () => self, alive: async (one) => living.has(one.pid) };
  return becomeSoleListener(root, processes);
};

test("the first one has the folder; a second one is told who has it", async () => {
  assert.is((await start(1))._tag, "Right");
  const { code, message } = failureOf(await start(2));
  assert.is(code, "busy");
  assert.ok(message.includes("process 1") && message.includes(root) && message.includes("--state-dir"), message);
});

test("one that is gone has left the folder to the next, and no more than one file", async () => {
  for (const pid of [1, 2, 3]) {
    assert.is((await start(pid))._tag, "Right");
    living.delete(pid);
  }
  assert.equal(readdirSync(root), ["listener.3"]);
});

test("a file that a crash tore is nobody's, and files of other names are not looked at", async () => {
  writeFileSync(join(root, "listener.7"), '{"pid":');
  writeFileSync(join(root, "listener.out"), "");
  assert.is((await start(1))._tag, "Right");
  assert.equal(readdirSync(root).sort(), ["listener.8", "listener.out"]);
});

test("one that looked long ago does not take a number that was passed since", async () => {
  await start(1);
  living.delete(1);
  let hasLooked = false;
  const slow: Processes = {
    self: async () => ({ pid: 9, started: "1", boot: "b" }),
    alive: async ({ pid }) => {
      const answer = living.has(pid);
      if (!hasLooked) {
        hasLooked = true;
        await start(2);
        living.delete(2);
        await start(3);
      }
      return answer;
    },
  };
  assert.match(failureOf(await becomeSoleListener(root, slow)).message, "process 3");
  assert.equal(readdirSync(root), ["listener.3"]);
});

test("of many that start at once, one has it", async () => {
  const started = await Promise.all(Array.from({ length: 20 }, (_, n) => start(n + 1)));
  assert.is(started.filter(({ _tag }) => _tag === "Right").length, 1);
  assert.is(readdirSync(root).length, 1);
});

test.run();
