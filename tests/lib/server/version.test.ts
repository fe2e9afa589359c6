/** Versions as a server, Debian and Ubuntu write them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareVersions, isAtLeast, versionIn } from "../../../lib/server/version.ts";

const test = suite("lib/server/version");

const texts: readonly (readonly [string, string | undefined])[] = [
  ["nats-server: v2.15.1\n", "2.15.1"],
  ["2.10.27-1+b2", "2.10.27"],
  ["1:2.10.27-1ubuntu0.24.04.1", "2.10.27"],
  ["2.36-9+deb12u13", "2.36"],
  ["2.12.0-RC.1", "2.12.0"],
  ["no version, 7 words", undefined],
  ["", undefined],
];

for (const [text, version] of texts) {
  test(`the version in ${JSON.stringify(text)}`, () => assert.is(versionIn(text), version));
}

test("versions are compared by number, a missing part is 0", () => {
  const ordered = ["2.9.10", "2.10", "2.10.1", "2.10.27", "2.15.1", "10.0"];
  assert.equal([...ordered].reverse().toSorted(compareVersions), ordered);
  assert.is(compareVersions("2.10", "2.10.0"), 0);
});

test("the oldest that will do will do", () => {
  assert.ok(isAtLeast("2.10.0", "2.10"));
  assert.not.ok(isAtLeast("2.9.25", "2.10"));
});

test.run();
