/**
 * Every role against every act, on a real server with the generated configuration: what is needed works, everything else is
 * denied by NATS, and afterwards the log is what the acts that work have made of it.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rightOf } from "../support/either.ts";
import { acts } from "./acts.ts";
import { names } from "./fleet.ts";
import { type Check, isWrong, prove } from "./matrix.ts";
import { closing, page } from "./table.ts";
import { type ProofWorld, startProof } from "./world.ts";

const test = suite<{ world: ProofWorld; checks: readonly Check[] }>("permissions/matrix");

test.before(async (context) => {
  context.world = rightOf(await startProof());
  context.checks = await prove(context.world);
});
test.after(({ world }) => world.close());

test("nobody may do anything that is not theirs, and everybody may do what is", ({ checks }) => {
  assert.equal(checks.filter(isWrong), []);
  assert.ok(checks.length >= 280, `only ${checks.length} checks`);
});

test("each act is tried by everyone, but for those that NATS cannot deny", ({ checks }) => {
  const spared = acts.reduce((sum, act) => sum + act.spared.length, 0);
  const others = { connecting: 2, streams: 8 };
  assert.is(checks.length, acts.length * names.length - spared + others.connecting + others.streams);
  assert.is(new Set(acts.map(({ name }) => name)).size, acts.length);
});

test("the page says how many, whose, and what cannot be denied", ({ checks }) => {
  const text = page(checks);
  for (const who of [...names, "stranger", "anonymous"]) assert.match(text, new RegExp(`^${who} +\\d|^${who} `, "m"));
  assert.match(text, "provisioner may shrink the log to one record by $JS.API.STREAM.UPDATE.HD_AUDIT");
  assert.ok(text.endsWith(`${closing(checks)}\n`));
  const [first, ...rest] = checks;
  const broken = [{ ...first, got: "works" } as Check, ...rest.slice(1)];
  assert.match(closing(broken), /checks, 1 wrong$/);
});

test.run();
