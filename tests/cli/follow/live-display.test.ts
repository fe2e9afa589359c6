/** The live picture on a terminal: drawn while it runs, taken away when the report follows, kept when it does not. */
import { stripVTControlCharacters } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Output } from "../../../cli/env.ts";
import { completed, enrol, event, serve, storeResponse } from "../support/fleet.ts";
import { world } from "../support/world.ts";

const test = suite("cli/follow/live-display");

interface Screen {
  readonly output: Output;
  readonly text: () => string;
  readonly raw: () => string;
}

const terminal = (isTTY: boolean): Screen => {
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  const output = { write, isTTY, size: () => ({ columns: 80, rows: 24 }) };
  return { output, text: () => stripVTControlCharacters(written), raw: () => written };
};

const started = async (stdoutIsTTY: boolean) => {
  const [stdout, stderr] = [terminal(stdoutIsTTY), terminal(true)];
  const w = world({ stdout: stdout.output, stderr: stderr.output, now: Date.now });
  enrol(w.log, "prod/web1", "prod/web2");
  await serve(w.log, "prod/web1", event("web1", { status: "accepted" }), completed("web1"));
  await serve(w.log, "prod/web2", event("web2", { status: "accepted" }));
  const done = w.hd("deploy", "prod/all");
  while (!stderr.text().includes("• web2  accepted")) await new Promise(setImmediate);
  const { id } = JSON.parse(w.log.records[0]?.body ?? "");
  const finish = () => storeResponse(w.log, completed("web2", { id, request_seq: 1 }));
  return { w, stdout, stderr, done, finish };
};

test("draws hosts as they run, and leaves the report alone on the screen", async () => {
  const { stdout, stderr, done, finish } = await started(true);
  assert.match(stderr.text(), "prod/all  1 of 2 ended");
  await finish();
  assert.is(await done, 0);
  const afterLastFrame = stderr.raw().slice(stderr.raw().lastIndexOf("prod/all"));
  assert.match(afterLastFrame, "\u001b[2K");
  assert.match(stdout.text(), "web2  completed  3333333");
});

test("colours results, unless NO_COLOR says otherwise", async () => {
  const { stdout, done, finish } = await started(true);
  await finish();
  await done;
  assert.match(stdout.raw(), "\u001b[32mcompleted\u001b[39m");
});

test("keeps the last picture when the report goes elsewhere", async () => {
  const { stderr, done, finish } = await started(false);
  await finish();
  await done;
  assert.match(stderr.text().slice(stderr.text().lastIndexOf("prod/all")), /^prod\/all {2}2 of 2 ended/);
});

test("ends when it is interrupted", async () => {
  const { w, stderr, done } = await started(true);
  w.interrupt();
  assert.is(await done, 130);
  assert.match(
    stderr.text(),
    /Stopped watching; the deployment goes on.*\n {2}hd watch \w{26}\n.*\n {2}hd cancel \w{26}\n$/,
  );
});

test("a terminal that can draw nothing gets lines", async () => {
  const stderr = terminal(true);
  const w = world({ stderr: stderr.output, env: { TERM: "dumb" } });
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", completed("web1"));
  assert.is(await w.hd("deploy", "prod/web1"), 0);
  assert.match(stderr.raw(), "12:00:01Z  web1  completed    web1 runs what was built\n");
  assert.not.match(stderr.raw(), "\u001b");
});

test("NO_COLOR on a terminal", async () => {
  const [stdout, stderr] = [terminal(true), terminal(true)];
  const w = world({ stdout: stdout.output, stderr: stderr.output, env: { NO_COLOR: "1" } });
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", completed("web1"));
  await w.hd("deploy", "prod/web1");
  for (const colour of ["31", "32", "33", "36", "2", "1"]) {
    assert.not.match(stdout.raw() + stderr.raw(), `\u001b[${colour}m`);
  }
});

test.run();
