/** What a listener tells systemd on its way: a stand-in for systemd-notify writes it down. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { tempDir } from "../support/temp-dir.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: service manager");
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });
test.after.each(() => fleet.killListeners());

const dir = tempDir("notify");
const heard = join(dir, "heard");
mkdirSync(join(dir, "bin"));
const notify = join(dir, "bin/systemd-notify");
writeFileSync(notify, `#!/bin/sh\n[ "$NOTIFY_SOCKET" = /run/x ] && echo "$*" >> ${heard}\n`);
chmodSync(notify, 0o755);
writeFileSync(heard, "");

const said = (text: string): Promise<true> =>
  eventually(`systemd hears ${text}`, async () => readFileSync(heard, "utf8").includes(text) || undefined);

test("ready without a server, then serving, then alive, then stopping", async () => {
  await fleet.server.kill();
  const unit = { NOTIFY_SOCKET: "/run/x", WATCHDOG_USEC: "200000", PATH: `${join(dir, "bin")}:${process.env["PATH"]}` };
  const listener = fleet.start("lab1", unit);
  await said("--ready --status=Could not connect to");
  await said("WATCHDOG=1");
  await fleet.server.restart();
  await said("--ready --status=serving deploy.test.lab1");
  const seq = await fleet.ask("test/lab1", { revision: "main" });
  assert.is((await fleet.ended(seq, "lab1")).status, "completed");
  await theLogIsTrue(fleet);
  await listener.terminate();
  await said("STOPPING=1");
});

test.run();
