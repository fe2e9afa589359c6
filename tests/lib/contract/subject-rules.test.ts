/** Allow and deny lists, held against what a server does: it looks at one plain subject at a time. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allows } from "../../../lib/contract/subject-rules.ts";

const test = suite("lib/contract/subject-rules");

const tokens = ["a", "b"] as const;
/** Every plain subject of one to three tokens. */
const subjects = [1, 2, 3].flatMap((length) =>
  Array.from({ length: tokens.length ** length }, (_, n) =>
    Array.from({ length }, (__, place) => tokens[Math.floor(n / tokens.length ** place) % tokens.length]).join("."),
  ),
);

/** As NATS documents it, for a plain subject. */
const matches = (pattern: string, subject: string): boolean => {
  const source = pattern
    .split(".")
    .map((token) => (token === "*" ? "[^.]+" : token === ">" ? ".+" : token))
    .join("\\.");
  return new RegExp(`^${source}$`).test(subject);
};

const pattern = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "*"), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, open]) => (open ? [...parts.slice(0, 2), ">"] : parts).join("."));
const patterns = fc.array(pattern, { maxLength: 3 });

test("a plain subject is allowed as a server allows it", () => {
  fc.assert(
    fc.property(fc.option(patterns, { nil: undefined }), patterns, (allow, deny) => {
      for (const subject of subjects) {
        const served =
          (allow === undefined || allow.some((one) => matches(one, subject))) &&
          !deny.some((one) => matches(one, subject));
        assert.is(allows({ allow, deny }, subject), served, subject);
      }
    }),
  );
});

test("a pattern is allowed only if all that it stands for is", () => {
  fc.assert(
    fc.property(patterns, patterns, pattern, (allow, deny, asked) => {
      if (!allows({ allow, deny }, asked)) return;
      for (const subject of subjects.filter((one) => matches(asked, one)))
        assert.ok(allows({ allow, deny }, subject), `${asked} stands for ${subject}`);
    }),
  );
});

test("a list that is there and empty allows nothing", () => {
  assert.not.ok(allows({ allow: [], deny: [] }, "a"));
  assert.ok(allows({ allow: undefined, deny: [] }, "a"));
});

test.run();
