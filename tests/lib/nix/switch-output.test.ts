/** Which units a switch named, and with what it ended, out of the output of whatever ran it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { namedUnits, switchStatus } from "../../../lib/nix/switch-output.ts";

const test = suite("lib/nix/switch-output");

const ng = (status: number): string =>
  `Command '['systemd-run', '--wait', '/nix/store/x/bin/switch-to-configuration', 'switch']' returned non-zero exit status ${status}.`;

test("units are named by whole lines, in colours or not, each once", () => {
  const output = [
    "starting the following units: good.service",
    "warning: the following units failed: bad.service, dev-disk-by\\x2dlabel.swap",
    "× bad.service - Fails",
    "\u001b[31mwarning: the following units failed: bad.service, a@b.service\u001b[0m\r",
    "the following units failed: last.timer",
  ].join("\n");
  assert.equal(namedUnits(output), ["bad.service", "dev-disk-by\\x2dlabel.swap", "a@b.service", "last.timer"]);
});

test("what only looks like it names nothing: a builder's log, words that are no units, patterns", () => {
  assert.equal(namedUnits("       > the following units failed: of-a-test.service\n"), []);
  assert.equal(namedUnits("the following units failed: none, 0, *.service, .service, a/b.service, $(id).service"), []);
  assert.equal(namedUnits(`the following units failed: ${"x".repeat(300)}.service`), []);
  assert.equal(namedUnits(""), []);
});

test("the exit code of the switch, through each kind of nixos-rebuild", () => {
  const units = "warning: the following units failed: bad.service\nwarning: error(s) occurred while switching\n";
  const cases: readonly (readonly [code: number | null, output: string, expected: number | null])[] = [
    [0, units, 0],
    [4, "", 4],
    [1, units, 4],
    [1, `${ng(4)}\n`, 4],
    [1, `error: ${ng(4)}`, 4],
    [1, `${units}${ng(100)}\n`, 100],
    [2, units, 2],
    [101, ng(4), 101],
    [1, "Command '['nix', 'build']' returned non-zero exit status 4.", 1],
    [1, `> ${ng(4)}`, 1],
    [1, "", 1],
    [null, units, null],
  ];
  for (const [code, output, expected] of cases) {
    assert.is(switchStatus({ code, output }), expected, `${code} ${output}`);
  }
});

test("a line without an end is not looked through", () => {
  const endless = `Command '${"/bin/switch-to-configuration ".repeat(40_000)}`;
  assert.is(switchStatus({ code: 1, output: endless }), 1);
});

test.run();
