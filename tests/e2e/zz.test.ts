/** `hd up` as people start it: the tour ends well, and whatever ends it, no process and no folder is left. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../support/nats.ts";
import { buildBundle } from "./support/bundle.ts";
import { type Spawned, spawned } from "./support/spawned.ts";

const test = suite("e2e: hd up");
const program = buildBundle();
const dir = temporaryFolder();
let count = 0;

/** Starts it with a temporary folder of its own, so that whatever it leaves there shows. */
const up = (...words: readonly string[]): Spawned & { readonly tmp: string } => {
  count += 1;
  const tmp = join(dir, `tmp-${count}`);
  mkdirSync(tmp);
  return { ...spawned(program, ["up", ...words], { TMPDIR: tmp, PWD: tmp }), tmp };
};

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
};

/** Every process of the playground is called with a path below its folder. */
const processesBelow = (folder: string): readonly string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command.includes(folder));

const leavesNothing = ({ tmp }: { readonly tmp: string }): void => {
  assert.equal(processesBelow(tmp), []);
  assert.equal(readdirSync(tmp), []);
};

test("--once ends with 0 after the tour, and leaves nothing", async () => {
  const playground = up("--once");
  assert.equal(await playground.exited, { code: 0, signal: null }, playground.err());
  assert.match(playground.out(), /lab1 .*failed[\s\S]*build_failed/);
  assert.not.match(playground.err(), "Not as it should be");
  leavesNothing(playground);
});

const moments = [
  ["SIGINT", "while it starts", "a flake in git"],
  ["SIGINT", "in the middle of a deployment", "activates"],
  ["SIGTERM", "in the middle of a deployment", "activates"],
  ["SIGINT", "between two deployments", /lab1 +completed/],
  ["SIGTERM", "when it stays up", "The fleet stays up"],
] as const;

for (const [signal, when, words] of moments) {
  test(`${signal} ${when} leaves nothing`, async () => {
    const playground = up();
    await playground.heard(words);
    assert.ok(processesBelow(playground.tmp).length > 0, "there was something to leave");
    playground.signal(signal);
    const { signal: killedBy } = await playground.exited;
    assert.is(killedBy, null, playground.err());
    leavesNothing(playground);
  });
}

test("what it says at the end works in another shell", async () => {
  const playground = up();
  const said = await playground.heard("Ctrl-C here ends all of it");
  const environment = /^ {2}\. (\S+)$/m.exec(said)?.[1] ?? "";
  const script = `. ${environment} && hd deploy prod-dns -r v1 --action test && hd hosts`;
  const out = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  assert.match(out, /web2 +completed/);
  assert.match(out, /web1 +prod .*present/);
  playground.signal("SIGINT");
  assert.is((await playground.exited).code, 0);
  leavesNothing(playground);
});

test.before.each((c: any) => { c.t = performance.now(); }); test.after.each((c: any) => { console.log(Math.round(performance.now() - c.t)); });
test.run();
