/** Which units are a deployment's fault, by name and by pattern. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { UnitName } from "../../../lib/contract/values.ts";
import { judgeUnits } from "../../../lib/host/units.ts";
import { fit } from "../../support/fixtures.ts";

const test = suite("lib/host/units");
const units = (...names: readonly string[]): readonly UnitName[] => names.map((name) => fit(UnitName, name));
const quiet = { unitsFailed: false, named: [] };

const judge = (before: readonly string[], now: readonly string[], tolerated: readonly string[] = [], named = quiet) =>
  judgeUnits({ before: units(...before), now: units(...now), activated: named }, units(...tolerated));

test("only what has failed since counts", () => {
  assert.equal(judge(["a.service"], ["a.service"]), { failed: [], bad: [] });
  assert.equal(judge(["a.service"], ["b.service"]), { failed: ["b.service"], bad: ["b.service"] });
});

test("a star stands for any characters, everything else for itself", () => {
  for (const [pattern, name, fits] of [
    ["nginx.service", "nginx.service", true],
    ["nginx.service", "nginx-service", false],
    ["*", "a.service", true],
    ["a*.service", "a.service", true],
    ["*@tty*.service", "getty@tty1.service", true],
    ["a*", "ba.service", false],
    ["*.mount", "a.mount.service", false],
    ["a\\x2db.service", "a\\x2db.service", true],
    ["a*a", "a", false],
    ["a*b*b*c", "abc", false],
    ["a*b*b*c", "a.b.b.c", true],
    // A request names it, so it may not take longer than any other.
    [`${"*".repeat(254)}x`, `${"a".repeat(200)}.service`, false],
    [`${"*a".repeat(100)}*x`, `${"a".repeat(200)}.service`, false],
  ] as const)
    assert.is(judge([], [name], [pattern]).bad.length === 0, fits, `${pattern} ${name}`);
});

test("a switch that says that units failed is believed, also where nothing new is seen", () => {
  const said = { unitsFailed: true, named: [] };
  assert.equal(judge(["a.service"], ["a.service"], [], said), { failed: ["a.service"], bad: ["a.service"] });
  assert.equal(judge(["a.service"], ["a.service"], ["a.*"], said), { failed: ["a.service"], bad: [] });
  assert.equal(judge([], [], ["*"], said), { failed: [], bad: "unknown" });
});

test.run();
