/** `hd up` as people start it: the tour ends well, and whatever ends it, no process and no folder is left. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "../support/collector.ts";
import { temporaryFolder } from "../support/nats.ts";
import { buildBundle } from "./support/bundle.ts";
import { processesBelow } from "./support/processes-below.ts";
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

/** What the last words name: the file to source, and the flake. */
const placesIn = (said: string) => ({
  environment: /^ {2}\. (\S+)$/m.exec(said)?.[1] ?? "",
  flake: /^The flake is in (\S+):/m.exec(said)?.[1] ?? "",
});

const shell = (script: string, cwd?: string): string =>
  execFileSync("/bin/sh", ["-euc", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });

test("SIGINT in the middle of a build that does not end leaves nothing, and says what it does", async () => {
  const playground = up();
  const { environment, flake } = placesIn(await playground.heard("Ctrl-C here ends all of it"));
  // Without any program but the shell, as a sandboxed build has none.
  writeFileSync(join(flake, "hosts/lab1"), "#!/bin/sh\necho begun\nwhile :; do :; done\n");
  shell("git commit --quiet --all --message endless && git push --quiet", flake);
  shell(`. ${environment} && hd deploy test/lab1 --revision main --detach`);
  const builds = () =>
    processesBelow(playground.tmp).some((command) => /hosts.lab1|lab1-configuration|nix build/.test(command));
  await eventually("it builds", async () => builds() || undefined);
  playground.signal("SIGINT");
  assert.equal(await playground.exited, { code: 0, signal: null });
  assert.match(playground.err(), "ending listeners, their jobs, and nats-server");
  leavesNothing(playground);
});

test("what is said in the tour after Ctrl-C is true: nothing goes on", async () => {
  const playground = up();
  await playground.heard("activates");
  playground.signal("SIGINT");
  assert.equal(await playground.exited, { code: 130, signal: null });
  assert.not.match(playground.err() + playground.out(), /goes on|Not as it should be/);
});

test("what it says at the end works in another shell", async () => {
  const playground = up();
  const { environment } = placesIn(await playground.heard("Ctrl-C here ends all of it"));
  const out = shell(`. ${environment} && hd deploy prod-dns -r v1 --action test && hd hosts`);
  assert.match(out, /web2 +completed/);
  assert.match(out, /web1 +prod .*present/);
  playground.signal("SIGINT");
  assert.is((await playground.exited).code, 0);
  leavesNothing(playground);
});

test.run();
