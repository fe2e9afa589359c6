/** How an ending is judged: the same one, of a switch and of a command that only succeeds or fails. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { judgeActivation, judgeCommand, setsBootDefault } from "../../../lib/nix/activation.ts";
import type { Done } from "../../../lib/nix/workplace.ts";
import { leftOf } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/activation");

const done = (changes: Partial<Done>): Done => ({
  code: 0,
  signal: null,
  timedOut: false,
  missing: false,
  notStarted: null,
  output: "",
  ...changes,
});

const units = "warning: the following units failed: a.service\n";

test("4 is an ending of a switch and a failure of anything else", () => {
  const four = done({ code: 4, output: units });
  assert.equal(judgeActivation("switch", four, 1000), right({ unitsFailed: true, named: ["a.service"] }));
  assert.is(leftOf(judgeCommand("nix-env", four, 1000)).code, "activation_failed");
  assert.equal(judgeCommand("nix-env", done({}), 1000), right(undefined));
});

test("past its deadline a switch has failed, however it ended then", () => {
  for (const code of [0, 4]) {
    const failure = leftOf(judgeActivation("switch", done({ code, timedOut: true, output: units }), 90_000));
    assert.equal(
      [failure.code, failure.message],
      ["timeout", "switch took longer than the 90 s left to it and was ended."],
    );
  }
});

test("each exit code has its meaning; a signal is named; credentials stay out", () => {
  const messageOf = (changes: Partial<Done>) => leftOf(judgeActivation("switch", done(changes), 1000)).message;
  assert.is(messageOf({ code: 2 }), "switch ended with exit code 2: the activation script failed.");
  assert.match(messageOf({ code: 3 }), /systemd could not read the new units/);
  assert.match(messageOf({ code: 100 }), /needs a reboot; deploy it with the action boot/);
  assert.match(messageOf({ code: 101 }), /half-way/);
  assert.match(messageOf({ code: 255 }), /ended from outside/);
  assert.is(messageOf({ code: 1 }), "switch ended with exit code 1.");
  assert.is(
    messageOf({ code: null, signal: "SIGKILL", output: units }),
    "switch ended with SIGKILL: these units failed: a.service.",
  );
  assert.not.match(messageOf({ code: 1, output: "error: cannot read https://me:s3cret@host/x\n" }), /s3cret/);
});

test("what changes what will boot", () => {
  assert.equal((["switch", "boot", "test", "dry-activate"] as const).map(setsBootDefault), [true, true, false, false]);
});

test.run();
