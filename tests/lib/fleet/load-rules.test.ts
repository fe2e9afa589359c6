/** Rules come from a file of their own or from a fleet's folder; what is wrong is told with the file, the line and the column. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadRules } from "../../../lib/fleet/load-rules.ts";

const test = suite("lib/fleet/load-rules");

const dir = mkdtempSync(join(tmpdir(), "hd-rules-"));
test.after(() => rmSync(dir, { recursive: true }));

const alerts = '[sinks.ops]\ntype = "prometheus"\n[rules.failed]\nstatus = "failed"\nto = "ops"\n';

const written = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

const loaded = async (path: string) => {
  const read = await loadRules(path);
  if (read._tag === "Left") throw new Error(read.left.message);
  return read.right;
};

const refused = async (path: string): Promise<string> => {
  const read = await loadRules(path);
  return read._tag === "Left" ? read.left.message : "";
};

test("a file of rules, with the mark that some editors begin it with or without", async () => {
  for (const text of [alerts, `\uFEFF${alerts}`]) {
    const path = written("rules.toml", text);
    const { rules, file } = await loaded(path);
    assert.is(file, path);
    assert.equal([rules.rules.map(({ name }) => name), rules.sinks.map(({ name }) => name)], [["failed"], ["ops"]]);
  }
});

test("of a folder it is the fleet file", async () => {
  const folder = join(dir, "fleet");
  mkdirSync(folder);
  writeFileSync(join(folder, "hd.toml"), `[server]\nurls = ["nats://x"]\n[tiers.prod]\n${alerts}`);
  const { rules, file } = await loaded(folder);
  assert.is(file, join(folder, "hd.toml"));
  assert.is(rules.rules.length, 1);
});

test("all that is wrong is one message with a line for each", async () => {
  const path = written("wrong.toml", `${alerts}[rules.x]\nstatus = "faild"\nto = "oops"\n`);
  assert.is(
    await refused(path),
    `The rules cannot be used: 2 things are wrong.
${path}:7:10: rules.x.status must be one of accepted, rejected, started, completed, failed, applied; it is "faild"; did you mean failed?
${path}:8:6: rules.x.to: there is no sink oops; did you mean ops?`,
  );
});

test("no file, a folder without one, and what is no text are told as such", async () => {
  assert.match(await refused(join(dir, "none.toml")), "none.toml. It is a file with [sinks.<name>] and [rules.<name>]");
  const empty = join(dir, "empty");
  mkdirSync(empty);
  assert.match(await refused(empty), /There is no .*hd.toml/);
  const path = join(dir, "binary");
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
  assert.match(await refused(path), "is not text in UTF-8");
});

test.run();
