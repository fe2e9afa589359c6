/** Fifty targets at once: whatever came of them, the answer has the id of each, because they have been sent. */
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { answer } from "../../../cli/mcp/answer.ts";
import { deploy } from "../../../cli/mcp/tools/deploy.ts";
import { rightOf } from "../../support/either.ts";
import { completed, enrol, refused, serve } from "../support/fleet.ts";
import { session } from "./support/session.ts";

const test = suite("cli/mcp/many-targets");

const warnings: Error[] = [];
process.on("warning", (warning) => warnings.push(warning));

const targetsIn = (tier: string): readonly string[] =>
  Array.from({ length: 50 }, (_, n) => `${tier}/a-host-with-a-rather-long-name-${n}`);

for (const [tier, state] of [
  ["test", "ended"],
  ["prod", "awaiting_approval"],
] as const) {
  test(`in ${tier} an answer has every id, target and count`, async () => {
    const targets = targetsIn(tier);
    const { log, call } = session();
    enrol(log, ...targets);
    for (const target of targets)
      await serve(log, target, refused(target.slice(5), "busy", { message: "a word ".repeat(60) }));
    const done = rightOf(await call(deploy, { targets }));
    assert.is(done.state, state);
    assert.ok(isRight(deploy.output.strict(done)), JSON.stringify(deploy.output.strict(done)));
    const given = answer(done, deploy.text(done as never));
    assert.is.not(given.isError, true);
    const { deployments } = given.structuredContent as unknown as typeof done;
    assert.equal(
      deployments.map(({ target }) => target),
      targets,
    );
    assert.is(new Set(deployments.map(({ id }) => id)).size, 50);
    assert.ok(deployments.every(({ id, counts }) => counts !== "" && deploy.text(done as never).includes(id)));
  });
}

test("so many are watched together without a word from Node about it", async () => {
  const targets = targetsIn("test");
  const { log, call } = session();
  enrol(log, ...targets);
  for (const target of targets) await serve(log, target, completed(target.slice(5)));
  assert.is(rightOf(await call(deploy, { targets })).state, "ended");
  // Node warns once what goes on is done.
  await new Promise(setImmediate);
  assert.equal(warnings, []);
});

test.run();
