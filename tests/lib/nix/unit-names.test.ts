/** Names of units as programs list them. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { read } from "../../../lib/contract/codec.ts";
import { UnitName } from "../../../lib/contract/values.ts";
import { listedUnits } from "../../../lib/nix/unit-names.ts";

const test = suite("lib/nix/unit-names");

test("one unit in each line: behind a bullet, in colours, with an escape, before its states", () => {
  const listed = [
    "nginx.service           loaded failed failed Web server",
    "● dev-disk-by\\x2did.swap loaded failed failed /dev/disk",
    "  * backup@a:b.timer loaded failed failed",
    "\u001b[0;1;31m×\u001b[0m mnt.mount loaded failed failed /mnt",
    "nginx.service loaded failed failed again",
    "",
    "3 loaded units listed.",
    "To show all installed unit files use 'systemctl list-unit-files'.",
    "sys-*.device",
  ].join("\n");
  assert.equal(listedUnits(listed), ["nginx.service", "dev-disk-by\\x2did.swap", "backup@a:b.timer", "mnt.mount"]);
});

test("whatever is listed, what comes out is a unit", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constant("a.service "))), (parts) => {
      for (const unit of listedUnits(parts.join(""))) {
        assert.is(read(UnitName, unit), unit);
        assert.not.match(unit, /\*/);
      }
    }),
  );
});

test.run();
