/**
 * Real processes, ended for real. Whether one is gone is asked of the kernel; no test waits a fixed time for anything.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run, runToFile, type Service, startDetached, startService } from "../../../lib/nix/process.ts";

const test = suite("lib/nix/process");
const dir = mkdtempSync(join(tmpdir(), "hd-process-"));
const node = process.execPath;
const script = (source: string): [string, ...string[]] => [node, "-e", source];
const soon = { timeoutMs: 20_000 };

test.after(() => rmSync(dir, { recursive: true, force: true }));

const alive = (pid: number): boolean => {
  try {
    // A zombie is dead: only its parent has not been told.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return existsSync("/proc/self") ? false : process.kill(pid, 0);
  }
};

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `never: ${holds}`);
    await delay(5);
  }
};

const service = async (...args: Parameters<typeof startService>): Promise<Service> => {
  const started = await startService(...args);
  if (started._tag === "Left") throw new Error(started.left.reason);
  return started.right;
};

test("run gives the code and both outputs apart", async () => {
  const ran = await run(script("console.log('out'); console.error('err'); process.exitCode = 3"), soon);
  assert.equal(ran, {
    code: 3,
    signal: null,
    timedOut: false,
    missing: false,
    notStarted: null,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("run ends what nobody waits for any more, also before it began to wait", async () => {
  const giving = new AbortController();
  const running = run(script("setInterval(() => {}, 1000)"), { ...soon, signal: giving.signal });
  giving.abort();
  const { timedOut, signal } = await running;
  assert.equal({ timedOut, signal }, { timedOut: true, signal: "SIGTERM" });
  assert.ok((await run(script("setInterval(() => {}, 1000)"), { ...soon, signal: giving.signal })).timedOut);
});

test("run passes each argument as it is: no shell reads it", async () => {
  const hostile = ["$(id)", "a b", "; rm -rf x", "'\"`", ""];
  const ran = await run([node, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...hostile], soon);
  assert.equal(JSON.parse(ran.stdout), hostile);
});

test("run gives the environment it was given and nothing of ours", async () => {
  process.env["HD_PROCESS_TEST"] = "ours";
  const source = script("console.log(JSON.stringify(Object.keys(process.env)))");
  const own = await run(source, { ...soon, env: { ONLY: "1", ABSENT: undefined } });
  // Node hands on by itself where coverage is to be written.
  assert.equal(
    JSON.parse(own.stdout).filter((name: string) => name !== "NODE_V8_COVERAGE"),
    ["ONLY"],
  );
  const inherited = await run(source, soon);
  assert.ok(JSON.parse(inherited.stdout).includes("HD_PROCESS_TEST"));
});

test("a missing program is a value", async () => {
  const ran = await run(["hd-no-such-program"], soon);
  assert.is(ran.missing, true);
  assert.is(ran.code, null);
  assert.match(ran.notStarted ?? "", "hd-no-such-program: it is not installed, or not on PATH");
});

test("a program that is nowhere is missing, also where a folder of PATH may not be looked into", async () => {
  const closed = join(dir, "closed");
  mkdirSync(closed, { mode: 0 });
  const ran = await run(["hd-no-such-program"], { ...soon, env: { PATH: `${closed}:/usr/bin` } });
  assert.is(ran.missing, true);
});

test("a missing folder is not a missing program", async () => {
  const ran = await run(script(""), { ...soon, cwd: join(dir, "nowhere") });
  assert.is(ran.missing, false);
  assert.match(ran.notStarted ?? "", "there is no such folder");
});

test("what cannot be started is a value: no permission, a zero byte, an argument too long", async () => {
  const file = join(dir, "not-executable");
  writeFileSync(file, "", { mode: 0o600 });
  for (const argv of [[file], ["a\0b"], [node, "x".repeat(8 * 1024 * 1024)]] as [string, ...string[]][]) {
    const ran = await run(argv, soon);
    assert.is(ran.missing, false);
    assert.match(ran.notStarted ?? "", "cannot start");
  }
});

test("a signal that ends a command is reported", async () => {
  const ran = await run(script("process.kill(process.pid, 'SIGKILL')"), soon);
  assert.equal([ran.code, ran.signal, ran.timedOut], [null, "SIGKILL", false]);
});

test("run keeps the last MiB of a flood, and characters whole", async () => {
  const ran = await run(script("process.stdout.write('é'.repeat(3 * 1024 * 1024) + 'end')"), soon);
  assert.is(Buffer.byteLength(ran.stdout.replace(/^\ufffd/, "")) <= 1024 * 1024, true);
  assert.ok(ran.stdout.length > 500_000);
  assert.match(ran.stdout, /^\ufffd?é+end$/);
});

/** These must be ready for SIGTERM when the deadline passes, so they are of a shell, which starts in a millisecond. */
const shell = (source: string): [string, ...string[]] => ["/bin/sh", "-c", source];
const late = { timeoutMs: 1000 };

test("past its deadline a command gets SIGTERM first and may end in its own way", async () => {
  const ran = await run(shell("trap 'echo tidy; exit 9' TERM; while :; do sleep 0.05; done"), late);
  assert.equal([ran.timedOut, ran.code, ran.stdout], [true, 9, "tidy\n"]);
});

test("past its deadline what ignores SIGTERM is killed, with its children", async () => {
  const stubborn = "echo $$; exec sleep 600";
  const ran = await run(shell(`trap '' TERM; /bin/sh -c '${stubborn}' & ${stubborn}`), late);
  assert.equal([ran.timedOut, ran.signal], [true, "SIGKILL"]);
  const pids = ran.stdout.trim().split("\n").map(Number);
  assert.is(pids.length, 2);
  assert.equal(pids.filter(alive), []);
});

test("the children of a command that ended at SIGTERM have the grace to end too", async () => {
  const child = "trap 'sleep 0.5; echo tidy; exit' TERM; while :; do sleep 0.05; done";
  const ran = await run(shell(`/bin/sh -c "${child}" & exec sleep 600`), late);
  assert.equal([ran.timedOut, ran.signal, ran.stdout], [true, "SIGTERM", "tidy\n"]);
});

test("what a command left behind in its group ends with it, also what ignores SIGTERM", async () => {
  const gentle = await run(shell("sleep 600 > /dev/null 2>&1 & echo $!; exit 3"), soon);
  assert.equal([gentle.code, gentle.timedOut], [3, false]);
  assert.is(alive(Number(gentle.stdout)), false);
  const outputFile = join(dir, "left.log");
  const stubborn =
    "trap '' TERM; /bin/sh -c 'echo $$ > left.pid; exec sleep 600' & while [ ! -s left.pid ]; do sleep 0.02; done";
  const ended = await runToFile(shell(stubborn), { ...soon, outputFile, cwd: dir });
  assert.equal([ended.code, ended.timedOut], [0, false]);
  assert.is(alive(Number(readFileSync(join(dir, "left.pid"), "utf8"))), false);
});

test("past its deadline a command is ended as far as its group goes: a child in a session of its own is out of reach", async () => {
  const outputFile = join(dir, "session.log");
  const child = "echo $$ > left; exec sleep 600";
  const source = `setsid /bin/sh -c '${child}' & while [ ! -s left ]; do sleep 0.02; done; exec sleep 600`;
  const ended = await runToFile(shell(source), { ...late, outputFile, cwd: dir });
  assert.equal([ended.timedOut, ended.signal], [true, "SIGTERM"]);
  const pid = Number(readFileSync(join(dir, "left"), "utf8"));
  assert.is(alive(pid), true);
  process.kill(pid, "SIGKILL");
});

test("a command that floods its file costs no memory", async () => {
  const outputFile = join(dir, "flood.log");
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const ended = await runToFile(["head", "-c", "200000000", "/dev/zero"], { ...soon, outputFile });
  clearInterval(watch);
  assert.is(ended.code, 0);
  assert.is(statSync(outputFile).size, 200_000_000);
  most = Math.max(most, process.memoryUsage().rss);
  rmSync(outputFile);
  assert.ok(most - before < 50_000_000, `${most - before} bytes more`);
});

test("run comes back when a process that left the group still holds the pipe", async () => {
  const child = "console.log(process.pid); setInterval(() => {}, 1000)";
  const parent = `const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    child.stdout.once("data", (pid) => { process.stdout.write(pid, () => process.exit(0)) });`;
  const ran = await run(script(parent), soon);
  assert.is(ran.code, 0);
  const pid = Number(ran.stdout);
  assert.is(alive(pid), true);
  process.kill(pid, "SIGKILL");
});

test("a deadline longer than a timer can hold does not fire at once", async () => {
  const ran = await run(script("setTimeout(() => {}, 100)"), { timeoutMs: Number.MAX_SAFE_INTEGER });
  assert.equal([ran.code, ran.timedOut], [0, false]);
});

test("runToFile appends both outputs to a file that only we can read", async () => {
  const outputFile = join(dir, "run.log");
  const options = { ...soon, outputFile };
  assert.is((await runToFile(script("console.log('one'); console.error('two')"), options)).code, 0);
  assert.is((await runToFile(script("console.log('three'); process.exitCode = 4"), options)).code, 4);
  assert.is(readFileSync(outputFile, "utf8"), "one\ntwo\nthree\n");
  assert.is((await run(["stat", "-c", "%a", outputFile], soon)).stdout, "600\n");
});

test("runToFile ends the group past its deadline", async () => {
  const outputFile = join(dir, "late.log");
  const ended = await runToFile(shell("echo $$; exec sleep 600"), { ...late, outputFile });
  assert.equal([ended.timedOut, ended.signal], [true, "SIGTERM"]);
  assert.is(alive(Number(readFileSync(outputFile, "utf8"))), false);
});

test("an output file that cannot be opened is a value", async () => {
  const ended = await runToFile(script(""), { ...soon, outputFile: join(dir, "nowhere", "x.log") });
  assert.is(ended.missing, false);
  assert.match(ended.notStarted ?? "", "its output file cannot be opened");
});

test("startDetached outlives the process that started it, in a session of its own", async () => {
  const outputFile = join(dir, "detached.log");
  const source = `console.log(process.pid); setInterval(() => {}, 1000)`;
  const door = new URL("../../../lib/nix/process.ts", import.meta.url).href;
  const starter = `import { startDetached } from ${JSON.stringify(door)};
    const started = await startDetached([process.execPath, "-e", ${JSON.stringify(source)}], { outputFile: ${JSON.stringify(outputFile)} });
    console.log(started.right);`;
  const ran = await run([node, "--import", "tsx", "--input-type=module", "-e", starter], soon);
  assert.is(ran.code, 0, ran.stderr);
  const pid = Number(ran.stdout);
  await until(() => existsSync(outputFile) && readFileSync(outputFile, "utf8") === `${pid}\n`);
  assert.is((await run(["ps", "-o", "sid=", "-p", String(pid)], soon)).stdout.trim(), String(pid));
  process.kill(pid, "SIGKILL");
  await until(() => !alive(pid));
});

test("startDetached of a missing program is a value", async () => {
  const started = await startDetached(["hd-no-such-program"], { outputFile: join(dir, "none.log") });
  assert.is(started._tag === "Left" && started.left.missing, true);
});

test("a service gives its lines, is stopped gently, and all of them came before its end", async () => {
  const lines: string[] = [];
  const up = await service(
    script(
      "process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1e3)",
    ),
    { onLine: (line) => lines.push(line) },
  );
  await until(() => lines.length === 1);
  await up.stop(20_000);
  assert.equal(await up.exited, { code: 0, signal: null });
  assert.equal(lines, ["up", "bye"]);
  await up.stop(20_000);
});

test("a service that ignores SIGTERM is killed after the grace", async () => {
  const outputFile = join(dir, "service.log");
  const up = await service(script("process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1e3)"), {
    outputFile,
  });
  await until(() => readFileSync(outputFile, "utf8") === "up\n");
  await up.stop(50);
  assert.equal(await up.exited, { code: null, signal: "SIGKILL" });
  assert.is(alive(up.pid), false);
});

test("kill leaves a service no time", async () => {
  const up = await service(script("process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3)"));
  await up.kill();
  assert.equal(await up.exited, { code: null, signal: "SIGKILL" });
});

test("a service does not outlive a process that exits without stopping it", async () => {
  const door = new URL("../../../lib/nix/process.ts", import.meta.url).href;
  const starter = `import { startService } from ${JSON.stringify(door)};
    const up = await startService([process.execPath, "-e", "setInterval(() => {}, 1000)"]);
    console.log(up.right.pid);
    process.exit(7);`;
  const ran = await run([node, "--import", "tsx", "--input-type=module", "-e", starter], soon);
  assert.is(ran.code, 7, ran.stderr);
  await until(() => !alive(Number(ran.stdout)));
});

test.run();
