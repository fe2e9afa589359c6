/** The sinks that are no service: a program of the operator's, run for real, and the counter. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Delivered } from "../../../lib/router/alerting.ts";
import type { SinkEnv } from "../../../lib/sinks/sink-env.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { alertOf, outgoingOf } from "../../support/alerts.ts";
import { sinkName } from "../../support/fixtures.ts";
import { sinkEnv } from "../../support/sink-env.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/sinks/command");
const dir = tempDir("command");
const name = sinkName("own");

const send = (argv: readonly [string, ...string[]], changes: Partial<SinkEnv> = {}): Promise<Delivered> =>
  sinkPort({ name, type: "command", argv }, sinkEnv(changes)).send(outgoingOf(alertOf(), { perhapsAgain: true }));

const sh = (script: string, changes: Partial<SinkEnv> = {}) => send(["/bin/sh", "-c", script, "sh", dir], changes);

test("a program gets the alert on its standard input, with its id and whether it may have come before", async () => {
  assert.equal(await sh('cat > "$1/got"'), { outcome: "sent" });
  const { type, data } = JSON.parse(readFileSync(join(dir, "got"), "utf8"));
  assert.equal([type, data.id, data.perhaps_again], ["alert.firing", "alert:failed:r41:1", true]);
  assert.is(data.title, "Critical: prod/web1 failed: build_failed");
});

test("it is started by its words, never by a shell, and sees little of our environment", async () => {
  process.env["HD_TEST_SECRET"] = "hush";
  const marked = "$(touch marked); `touch marked`";
  assert.equal(await send(["/bin/sh", "-c", 'test "$1" = "$0"', marked, marked]), { outcome: "sent" });
  assert.not(existsSync(join(dir, "marked")));
  assert.equal(await sh('test -z "$HD_TEST_SECRET" && test -n "$PATH"'), { outcome: "sent" });
});

test("any other end than 0 is a failure, with the last line that it said", async () => {
  const ended = await sh("cat > /dev/null; echo one >&2; echo 'two \u001b[31mred' >&2; exit 3");
  assert.equal(ended, {
    ...{ outcome: "failed", perhaps: false },
    message: "/bin/sh ended with exit code 3: two red",
  });
  const missing = await send(["/no/such/program"]);
  assert.match(missing.message ?? "", /cannot start \/no\/such\/program/);
  assert.is((await send([dir])).outcome, "failed");
});

test("one that reads nothing, and one that floods us, are judged by how they end", async () => {
  assert.equal(await sh("exit 0"), { outcome: "sent" });
  assert.equal(await sh("exec 0<&-; exit 0"), { outcome: "sent" });
  const flooding = "cat > /dev/null; head -c 20000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo done >&2; exit 1";
  const flooded = await sh(flooding);
  assert.is(flooded.message, "/bin/sh ended with exit code 1: done");
});

test("one that hangs is ended with all that it started, and may have told", async () => {
  const hung = await sh('echo $$ > "$1/pid"; sleep 600 & sleep 600', { deadlineMs: 300 });
  assert.is(hung.message, "/bin/sh took longer than 300 ms and was ended");
  assert.is(hung.outcome === "failed" && hung.perhaps, true);
  const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
  assert.throws(() => process.kill(-pid, 0));
});

test("one that was killed may have told", async () => {
  const killed = await sh("kill -9 $$");
  assert.equal(killed, { outcome: "failed", message: "/bin/sh ended with SIGKILL", perhaps: true });
});

test("the counter counts, and never fails", async () => {
  const env = sinkEnv();
  assert.equal(await sinkPort({ name, type: "prometheus" }, env).send(outgoingOf()), { outcome: "sent" });
  assert.equal(env.counts, [alertOf()]);
});

test("what is thrown all the same is a failure in doubt", async () => {
  const broken = async (): Promise<never> => {
    throw new Error("a defect at https://bob:hush@h/");
  };
  assert.equal(await send(["/x"], { runCommand: broken }), {
    ...{ outcome: "failed", perhaps: true },
    message: "hd broke: a defect at https://***@h/",
  });
});

test.run();
