/** What of all that can be said keeps a deployment from going without a person's word: everything but that word. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide, type Question } from "../../../cli/mcp/policy.ts";
import type { Confirmation } from "../../../cli/mcp/tool.ts";
import { tier } from "../../support/fixtures.ts";

const test = suite("cli/mcp/policy");

const tiers = fc.uniqueArray(fc.constantFrom("test", "prod", "lab", "edge").map(tier));
const question: fc.Arbitrary<Question> = fc.record({
  tiers,
  unconfirmed: tiers,
  sendsEverywhere: fc.boolean(),
  isOther: fc.boolean(),
  isBound: fc.boolean(),
  isDenied: fc.boolean(),
});
const answer = fc.constantFrom<Confirmation | undefined>("accepted", "declined", "unsupported", undefined);

/** Told once more, in other words than the policy's own. */
const needsWord = ({ tiers: all, unconfirmed }: Question): boolean =>
  all.length === 0 || all.some((one) => !unconfirmed.includes(one));

const holds = (property: (asked: Question, said: Confirmation | undefined, decision: Decision) => boolean): void =>
  fc.assert(
    fc.property(question, answer, (asked, said) => property(asked, said, decide(asked, said))),
    { numRuns: 2_000 },
  );

test("what needs a word goes only with one, by a key that is for it, and not when the same was denied", () => {
  holds((asked, said, { kind }) => {
    const mayGo = said === "accepted" && asked.sendsEverywhere && asked.isBound && !asked.isDenied;
    return kind !== "go" || !needsWord(asked) || mayGo;
  });
});

test("what needs none always goes, whatever else there is", () => {
  holds((asked, _, { kind }) => needsWord(asked) || kind === "go");
});

test("declined and denied are final: neither is asked again nor stored", () => {
  holds((asked, _, { kind }) => !(needsWord(asked) && asked.isDenied) || kind === "refuse");
  holds((asked, said, { kind }) => {
    const wasAsked = needsWord(asked) && asked.sendsEverywhere && asked.isBound;
    return !(wasAsked && said === "declined") || kind === "refuse";
  });
});

test("a person is asked at most once, and where none can be, it is stored", () => {
  holds((asked, said, { kind }) => (said === undefined && asked.isBound) || kind !== "ask");
  holds((asked, said, { kind }) => {
    const isStored = needsWord(asked) && !asked.isDenied && asked.sendsEverywhere && said === "unsupported";
    return !isStored || kind === "store";
  });
});

test("the more tiers need no word, the more goes", () => {
  fc.assert(
    fc.property(question, answer, fc.constantFrom("test", "prod", "lab", "edge").map(tier), (asked, said, more) => {
      const wider = { ...asked, unconfirmed: [...asked.unconfirmed, more] };
      assert.ok(decide(asked, said).kind !== "go" || decide(wider, said).kind === "go");
    }),
  );
});

test.run();
