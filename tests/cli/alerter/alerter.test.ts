/** `hd alerter`: its rules are read before anything else, and what is wrong in them is told with the line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyIn } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { world } from "../support/world.ts";

const test = suite("cli/alerter");

const dir = tempDir("alerter");
let count = 0;

const written = (text: string): string => {
  count += 1;
  const path = join(dir, `${count}.toml`);
  writeFileSync(path, text);
  return path;
};

const good = '[sinks.ops]\ntype = "prometheus"\n[rules.failed]\nstatus = "failed"\nto = "ops"\n';

const run = async (...words: readonly string[]) => {
  const w = world();
  const exit = await w.hd("alerter", ...words);
  return { exit, err: w.err(), started: w.alerted[0] };
};

test("it is started with the rules, and with what a service is told of NATS", async () => {
  const words = ["--as", "pager", "--nkey-file", "pager.nk", "--nats-url", "nats://x", "--metrics", "[::1]:9465"];
  const { exit, err, started } = await run("--rules", written(good), ...words);
  assert.is(exit, 0, err);
  assert.is(started?.requester, "pager");
  assert.equal([started?.servers, started?.credentials], [["nats://x"], keyIn("pager.nk")]);
  assert.equal(started?.metrics, "[::1]:9465");
  assert.equal([started?.rules.rules.map(({ name }) => name), started?.version], [["failed"], "1.2.3"]);
});

test("of what is not given it has a name of its own, and serves no metrics", async () => {
  const { started } = await run("--rules", written(good));
  assert.equal([started?.requester, started?.metrics], ["alerter", undefined]);
});

test("nothing is started by rules that are wrong, that tell nobody, or that are not there", async () => {
  const wrong: readonly (readonly [words: readonly string[], told: RegExp])[] = [
    [
      ["--rules", written(good.replace('"failed"', '"faild"'))],
      /\.toml:4:10: rules\.failed\.status .*did you mean failed\?/,
    ],
    [["--rules", written("")], /The alerter is not started: \S+\.toml names no sink/],
    [["--rules", join(dir, "none.toml")], /There is no \S+none\.toml/],
    [["--fleet", join(dir, "none")], /There is no \S+none/],
    [[], /Give --rules FILE, or --fleet DIR where/],
    [["--rules", written(good), "--metrics", "9465"], /--metrics must be address:port, such as 127\.0\.0\.1:9473/],
    [["--rules", written(good), "--metrics", "a:99999"], /--metrics must be address:port/],
    [["--rules", written(good), "--user", "a"], /The alerter is not started: --user/],
  ];
  for (const [words, told] of wrong) {
    const { exit, err, started } = await run(...words);
    assert.is(exit, 2, err);
    assert.match(err, told);
    assert.is(started, undefined);
  }
});

test.run();
