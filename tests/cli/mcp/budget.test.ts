/** A budget is a token's, however many sessions it opens. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { budgets } from "../../../cli/mcp/budget.ts";
import { noonMs } from "../../support/fixtures.ts";

const test = suite("cli/mcp/budget");

test("another session of the same token finds what the first has left, and one of another token its own", () => {
  let nowMs = noonMs;
  const spendOf = budgets(2, () => nowMs);
  assert.is(spendOf("laptop")(), undefined);
  assert.is(spendOf("laptop")(), undefined);
  assert.is(spendOf("laptop")()?.code, "busy");
  assert.is(spendOf("phone")(), undefined);
  assert.is(spendOf(undefined)(), undefined);
  nowMs += 3_600_001;
  assert.is(spendOf("laptop")(), undefined);
});

test.run();
