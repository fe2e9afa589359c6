/** Every action against every state a host can be found in afterwards: only what the action promised is success. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Action, StorePath } from "../../../lib/contract/values.ts";
import type { SystemState } from "../../../lib/host/engine.ts";
import { aftermath, brokenPromises, success } from "../../../lib/host/verify.ts";
import { storePath } from "../../support/fixtures.ts";

const test = suite("lib/host/verify");

const [ran, booted, built, other] = ["ran", "booted", "built", "other"].map(storePath) as [
  StorePath,
  StorePath,
  StorePath,
  StorePath,
];
const found = [ran, booted, built, other, undefined];
const state = (running: StorePath | undefined, boots: StorePath | undefined): SystemState => ({
  running,
  boots,
  generation: undefined,
});
const before = state(ran, booted);

/** The one state of (running, boots) that keeps each action's word. */
const kept: Readonly<Record<Action, readonly [StorePath, StorePath]>> = {
  switch: [built, built],
  boot: [ran, built],
  test: [built, booted],
  "dry-activate": [ran, booted],
};

for (const [action, [runs, boots]] of Object.entries(kept) as [Action, readonly [StorePath, StorePath]][]) {
  test(`${action}: of 25 states one is success`, () => {
    for (const running of found) {
      for (const boot of found) {
        const broken = brokenPromises({ action, built, before, after: state(running, boot) });
        assert.is(broken.length, Number(running !== runs) + Number(boot !== boots), `${running} ${boot}`);
      }
    }
  });
}

test("a broken promise names what is and what should be", () => {
  const after = state(undefined, other);
  assert.equal(brokenPromises({ action: "switch", built, before, after }), [
    `nothing runs instead of ${built}`,
    `${other} will boot instead of ${built}`,
  ]);
  assert.equal(
    brokenPromises({ action: "boot", built, before: state(undefined, undefined), after: state(ran, built) }),
    [`${ran} runs instead of nothing`],
  );
});

test("what ran already may be deployed again", () => {
  const same = state(built, built);
  for (const action of Object.keys(kept) as Action[]) {
    assert.equal(brokenPromises({ action, built, before: same, after: same }), []);
  }
});

test("a host that had no system before", () => {
  const none = state(undefined, undefined);
  assert.equal(brokenPromises({ action: "switch", built, before: none, after: state(built, built) }), []);
  assert.equal(brokenPromises({ action: "dry-activate", built, before: none, after: none }), []);
  assert.is(brokenPromises({ action: "switch", built, before: none, after: none }).length, 2);
});

test("after a failed activation nothing is said to run but what was seen", () => {
  const past = { built, before };
  assert.match(aftermath(past, undefined), /^What runs now could not be seen/);
  assert.match(aftermath(past, state(built, built)), /^The new system runs all the same/);
  assert.match(aftermath(past, state(built, booted)), /^The new system runs all the same/);
  for (const running of [other, undefined]) {
    assert.is(
      aftermath(past, state(running, booted)),
      `Now ${running ?? "nothing"} runs, which is neither what was built nor what ran before.`,
    );
  }
  assert.is(aftermath(past, state(ran, built)), "What ran before still runs, but the new system will boot.");
  for (const boots of [booted, other, undefined]) {
    assert.is(aftermath(past, state(ran, boots)), "What ran before still runs.");
  }
  const same = { built, before: state(built, built) };
  assert.is(aftermath(same, state(built, built)), "What ran before still runs.");
});

test("success says what is true now", () => {
  const after = { ...state(built, built), generation: 142 };
  assert.is(success("switch", after), "runs and will boot what was built as generation 142");
  assert.is(success("switch", state(built, built)), "runs and will boot what was built");
  assert.is(success("boot", after), "will boot what was built as generation 142; what runs is unchanged");
  assert.is(success("test", after), "runs what was built; what will boot is unchanged");
  assert.is(success("dry-activate", after), "could activate what was built; nothing was changed");
});

test.run();
