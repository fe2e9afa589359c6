/** `hd replay` is two things, and what is for one of them only is refused with the other. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { world } from "../support/world.ts";

const test = suite("cli/replay/command");

const id = "01JQ5S8Z7Y3M9K2N4P6R8T0V1W";

const refusals: readonly (readonly [string, RegExp])[] = [
  ["replay", /^error: Say what to replay: the id of a request, or --into-router for a rehearsal\.\n/],
  [`replay ${id} --into-router stream`, /^error: --into-router sends nothing: it takes no id/],
  ["replay --into-router stream --to prod/all", /^error: --into-router sends nothing/],
  ["replay --into-router stream --detach", /^error: --into-router sends nothing/],
  ["replay --into-router stream --expires 2h", /^error: --into-router sends nothing/],
  [`replay ${id} --host prod/web1`, /^error: --host, --trusted-keys, .* belong to --into-router/],
  [`replay ${id} --freeze prod/all`, /belong to --into-router/],
  [`replay ${id} --only-different`, /belong to --into-router/],
  [`replay ${id} --queue-timeout 2h`, /belong to --into-router/],
  [`replay ${id} --only failed --to prod/all`, /^error: --only is for the request's own hosts/],
];

for (const [words, message] of refusals) {
  test(`hd ${words}`, async () => {
    const w = world();
    assert.is(await w.hd(...words.split(" ")), 2);
    assert.match(w.err(), message);
    assert.is(w.out(), "");
  });
}

test.run();
