/** A process is told apart from a later one with the same number. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ProcessIdentity } from "../../../lib/host/holder-file.ts";
import { bootVariable, ending, processes } from "../../../lib/nix/process-identity.ts";

const test = suite("lib/nix/process-identity");

const source = new URL("../../../lib/nix/process-identity.ts", import.meta.url).href;

/** A process that says who it is and ends when its input does. */
const another = async (env: Readonly<Record<string, string>> = {}) => {
  const script = `const { processes } = await import(${JSON.stringify(source)});
    process.stdout.write(JSON.stringify(await processes.self()) + "\\n");
    process.stdin.resume();`;
  const argv = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", script];
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, identity: JSON.parse(line.toString()) as ProcessIdentity };
};

test("knows itself", async () => {
  const self = await processes.self();
  assert.is(self.pid, process.pid);
  assert.is(await processes.alive(self), true);
  assert.equal(await processes.self(), self);
});

test("tells another process apart, while it runs and after it has ended", async () => {
  const { child, identity } = await another();
  assert.is(identity.pid, child.pid);
  assert.is(await processes.alive(identity), true);
  child.stdin.end();
  await once(child, "exit");
  assert.is(await processes.alive(identity), false);
});

test("a process is of the boot that whoever started it names", async () => {
  const { child, identity } = await another({ [bootVariable]: "as-the-listener-sees-it" });
  assert.equal([identity.pid, identity.boot], [child.pid, "as-the-listener-sees-it"]);
  assert.is(await processes.alive(identity), false);
  process.env[bootVariable] = identity.boot;
  try {
    assert.is(await processes.alive(identity), true);
  } finally {
    delete process.env[bootVariable];
    child.stdin.end();
    await once(child, "exit");
  }
});

test("a process with the same number is another one: started at another time, or in another boot", async () => {
  const self = await processes.self();
  if (self.boot === "unknown") {
    console.log("skip: without /proc a process is known by its number alone");
    return;
  }
  assert.is(await processes.alive({ ...self, started: `${Number(self.started) - 1}` }), false);
  assert.is(await processes.alive({ ...self, boot: "0".repeat(36) }), false);
});

test("one that is told to end ends gently, and one that cannot by force", async () => {
  for (const [isStopped, name] of [
    [false, "SIGTERM"],
    [true, "SIGKILL"],
  ] as const) {
    const { child, identity } = await another();
    if (isStopped) child.kill("SIGSTOP");
    const gone = once(child, "exit");
    await ending(isStopped ? 100 : 60_000)(identity);
    assert.is(await processes.alive(identity), false);
    assert.equal(await gone, [null, name]);
  }
});

test("a stranger that has its number now is left alone, and one that is gone is no trouble", async () => {
  const { child, identity } = await another();
  await processes.end({ ...identity, started: "1" });
  assert.is(await processes.alive(identity), identity.boot !== "unknown");
  child.kill("SIGKILL");
  await once(child, "exit");
  await processes.end(identity);
});

test("a zombie has ended", async () => {
  if (process.platform !== "linux") {
    console.log("skip: zombies are told by /proc");
    return;
  }
  // The shell starts a child, and becomes a program that never asks for its children; only then the child ends.
  const child = spawn("/bin/sh", ["-c", "(read line <&3) & echo $!; exec sleep 600"], {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [line] = (await once(child.stdio[1] as Readable, "data")) as [Buffer];
  while ((await readFile(`/proc/${child.pid}/comm`, "utf8")) !== "sleep\n");
  (child.stdio[3] as Writable).end();
  const { boot } = await processes.self();
  let stat = "";
  while (!/\) Z /.test(stat)) stat = await readFile(`/proc/${line.toString().trim()}/stat`, "utf8");
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  assert.is(await processes.alive({ pid: Number(line.toString()), started, boot }), false);
  child.kill("SIGKILL");
  await once(child, "exit");
});

test.run();
