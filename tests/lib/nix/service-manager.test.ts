/** What systemd would hear, told to a program of its name that writes down its words and its environment. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { takeServiceManager } from "../../../lib/nix/service-manager.ts";
import { eventually } from "../../support/collector.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix/service-manager");
const dir = tempDir("service-manager");
const heardIn = (name: string): string => join(dir, name);

const notify = join(dir, "bin/systemd-notify");
mkdirSync(join(dir, "bin"));
writeFileSync(
  notify,
  `#!/bin/sh\nprintf '%s|' "$NOTIFY_SOCKET" "$@" >> "$HEARD"\necho >> "$HEARD"\nexit "\${EXIT:-0}"\n`,
);
chmodSync(notify, 0o755);

const unit = (name: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...{ PATH: `${join(dir, "bin")}:/usr/bin:/bin`, HEARD: heardIn(name), NOTIFY_SOCKET: "/run/x" },
  ...more,
});

const lines = (name: string, count: number): Promise<readonly string[]> =>
  eventually(`${count} words to systemd`, async () => {
    const all = existsSync(heardIn(name)) ? readFileSync(heardIn(name), "utf8").split("\n").slice(0, -1) : [];
    return all.length >= count ? all : undefined;
  });

const quiet = (sentence: string): void => assert.unreachable(sentence);

test("ready, what it waits for and the end are told in order, each a word of its own", async () => {
  const manager = takeServiceManager(unit("order"), quiet);
  const warned: string[] = [];
  manager.heard((_, sentence) => void warned.push(sentence))({}, "No server\nanswered. Trying on.");
  manager.ready("serving deploy.prod.web1");
  manager.stopping();
  assert.equal(await lines("order", 3), [
    "/run/x|--ready|--status=No server answered. Trying on.|",
    "/run/x|--ready|--status=serving deploy.prod.web1|",
    "/run/x|STOPPING=1|",
  ]);
  assert.equal(warned, ["No server\nanswered. Trying on."]);
});

test("it says that it lives for as long as it does", async () => {
  let isAlive = true;
  const manager = takeServiceManager(unit("beat", { WATCHDOG_USEC: "40000", WATCHDOG_PID: `${process.pid}` }), quiet);
  manager.livesWhile(() => isAlive);
  const all = await lines("beat", 2);
  isAlive = false;
  assert.equal([...new Set(all)], ["/run/x|WATCHDOG=1|"]);
});

test("what this service starts cannot speak for it", () => {
  const env = unit("env", { WATCHDOG_USEC: "1000000000", WATCHDOG_PID: "1", OTHER: "stays" });
  takeServiceManager(env, quiet);
  assert.equal(
    [env["NOTIFY_SOCKET"], env["WATCHDOG_USEC"], env["WATCHDOG_PID"], env["OTHER"]],
    [...[undefined, undefined, undefined, "stays"]],
  );
});

test("without systemd nothing is started", () => {
  const manager = takeServiceManager({ PATH: "/nowhere" }, quiet);
  manager.ready("serving");
  manager.heard(() => undefined)({}, "waiting");
  manager.stopping();
});

test("that systemd cannot be told is said once", async () => {
  const said: string[] = [];
  const manager = takeServiceManager(unit("refused", { EXIT: "1" }), (sentence) => said.push(sentence));
  manager.ready("serving");
  manager.stopping();
  await lines("refused", 2);
  await eventually("it is said", async () => said[0]);
  assert.is(said.length, 1);
  assert.match(said[0] ?? "", "systemd cannot be told how this service is: its program ended with exit code 1");
});

test.run();
