/** The fault suite in its short form: every fault that takes less than seconds, a few times. `npm run faults` is the whole of it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { faults } from "../faults/faults.ts";
import { playAll } from "../faults/suite.ts";
import type { Played } from "../faults/support/stage.ts";
import { buildBundle } from "./support/bundle.ts";

const test = suite("e2e: faults");
const chosen = faults.filter(({ times }) => times.short > 0);
const played = new Map<string, Played | string>();
const seed = `${Date.now()}`;
await playAll({
  // The longest stand at the end of the list.
  faults: chosen.toReversed(),
  program: buildBundle(),
  seed,
  isShort: true,
  // They wait for most of their time.
  atOnce: 4,
  onPlayed: ({ name }, how) => void played.set(name, how),
});

for (const { name, about } of chosen) {
  test(`${name}: ${about}`, () => {
    const how = played.get(name);
    if (typeof how === "string") return console.log(`skip: ${name}: ${how}`);
    const findings = how?.findings.map(({ kind, what }) => `${kind}: ${what}`);
    assert.equal(findings, [], `with the seed ${seed}`);
    assert.ok((how?.requests ?? 0) > 0);
  });
}

test.run();
