/** `deploy` and `deploy_admin`: what goes, what is asked of a person, what is stored as a wish, and what is refused. */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deploy } from "../../../cli/mcp/tools/deploy.ts";
import { deployAdmin } from "../../../cli/mcp/tools/deploy-admin.ts";
import { allAddress } from "../../../lib/contract/address.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { tier } from "../../support/fixtures.ts";
import { completed, enrol, enrolled, serve } from "../support/fleet.ts";
import { type Session, type SessionOptions, session } from "./support/session.ts";

const test = suite("cli/mcp/deploy");

const fleet = async (options: SessionOptions = {}): Promise<Session> => {
  const made = session(options);
  enrol(made.log, "test/lab1", "prod/web1:web", "prod/web2:web");
  await serve(made.log, "test/lab1", completed("lab1"));
  await serve(made.log, "prod/web1", completed("web1"));
  await serve(made.log, "prod/web2", completed("web2"));
  return made;
};

const subjects = ({ log }: Session, prefix: string): readonly string[] =>
  log.records.map(({ subject }) => subject).filter((subject) => subject.startsWith(prefix));
const bodies = ({ log }: Session, prefix: string) =>
  log.records.filter(({ subject }) => subject.startsWith(prefix)).map(({ body }) => JSON.parse(body));

test("the test tier needs nobody's word, and the record says by which program and tool", async () => {
  const made = await fleet();
  const done = rightOf(await made.call(deploy, { hostname: "lab1", branch: "main" }));
  assert.equal([done.state, done.deployments[0]?.counts], ["ended", "1 completed"]);
  assert.equal(subjects(made, "hd.req"), ["hd.req.claude.test.lab1"]);
  const [{ id, expires_at, ...body }] = bodies(made, "hd.req");
  assert.equal(body, {
    ...{ action: "switch", revision: "main", rollback: true, tolerate_units: [] },
    ...{ client: "claude-code 2.1.76", tool: "deploy" },
  });
  assert.equal(made.asked, []);
});

test("another tier is stored as a wish, bound to its hosts and to the commit, and nothing is sent", async () => {
  const made = await fleet();
  const done = rightOf(await made.call(deploy, { targets: ["prod/role/web"], revision: "main", reason: "certs" }));
  assert.is(done.state, "awaiting_approval");
  const id = done.deployments[0]?.id ?? "";
  assert.match(done.next, `hd approve ${id}`);
  assert.equal([subjects(made, "hd.req"), subjects(made, "hd.ask")], [[], ["hd.ask.claude.prod.role.web"]]);
  assert.equal(bodies(made, "hd.ask"), [
    {
      ...{ id, action: "switch", revision: "main", commit: "3".repeat(40), hosts: ["web1", "web2"] },
      ...{ reason: "certs", rollback: true, tolerate_units: [], client: "claude-code 2.1.76", tool: "deploy" },
    },
  ]);
  const again = rightOf(await made.call(deploy, { targets: ["prod/role/web"], revision: "main" }));
  assert.is(again.deployments[0]?.id, id);
  assert.is(subjects(made, "hd.ask").length, 1);
});

test("with the other tool there, this one points to it", async () => {
  const made = await fleet({ admin: true });
  const refused = failureOf(await made.call(deploy, { targets: ["prod/web1"] }));
  assert.is(refused.code, "unauthorized");
  assert.is(made.log.records.length, 0);
});

test("a person who accepts is shown hosts and commit, and exactly that is sent by the admin's key", async () => {
  const made = await fleet({ admin: true, answer: "accepted" });
  const done = rightOf(
    await made.call(deployAdmin, {
      targets: ["prod/role/web"],
      revision: "main",
      reason: "certs\n  on test/lab1: lab1",
    }),
  );
  assert.is(done.state, "ended");
  assert.equal(made.asked, [
    {
      message: `claude-code 2.1.76 asks (deploy_admin) to deploy as claude-admin:
switch main, which is ${"3".repeat(40)}
  on prod/role/web: web1 and web2
because, it says: certs on test/lab1: lab1`,
      phrase: "deploy 2 prod",
    },
  ]);
  assert.equal(subjects(made, "hd.req"), ["hd.req.claude-admin.prod.role.web"]);
  const [{ revision, confirmed, tool }] = bodies(made, "hd.req");
  assert.equal([revision, confirmed, tool], ["3".repeat(40), "elicitation", "deploy_admin"]);
});

test("what is declined is final: it is kept as denied, and the same is not asked again within the hour", async () => {
  const made = await fleet({ admin: true, answer: "declined" });
  const first = failureOf(await made.call(deployAdmin, { targets: ["prod/web1"], revision: "main" }));
  assert.is(first.code, "cancelled");
  assert.equal(subjects(made, "hd.ask"), ["hd.ask.claude-admin.prod.web1", "hd.ask.claude-admin.prod.web1"]);
  const second = failureOf(await made.call(deployAdmin, { targets: ["prod/web1"], revision: "main" }));
  assert.equal([second.code, made.asked.length, subjects(made, "hd.req")], ["cancelled", 1, []]);
  const byHash = await made.call(deployAdmin, { hostname: "web1", revision: "3".repeat(40) });
  assert.equal([failureOf(byHash).code, made.asked.length], ["cancelled", 1]);
  made.pass(3_600_001);
  await made.call(deployAdmin, { targets: ["prod/web1"], revision: "main" });
  assert.is(made.asked.length, 2);

  const group = await fleet({ admin: true, answer: "declined" });
  await group.call(deployAdmin, { role: "web", tier: "prod" });
  const all = await group.call(deployAdmin, { targets: ["prod/all"] });
  assert.equal([failureOf(all).code, group.asked.length], ["cancelled", 1]);
});

test("who did not answer in time finds a wish, and who then accepts makes that come true and no other", async () => {
  const made = await fleet({ admin: true });
  const wished = rightOf(await made.call(deployAdmin, { targets: ["prod/web1"] }));
  const id = wished.deployments[0]?.id ?? "";
  const done = rightOf(await made.call(deployAdmin, { targets: ["prod/web1"] }, { confirm: async () => "accepted" }));
  assert.equal([done.state, done.deployments[0]?.id], ["ended", id]);
  assert.equal([subjects(made, "hd.ask").length, subjects(made, "hd.req").length], [1, 1]);
});

test("a host that serves another tier's address counts with its own", async () => {
  const made = session();
  const { hostname, addresses } = enrolled("prod/web9");
  made.log.enrol({ hostname, tier: tier("prod"), roles: [] }, [...addresses, allAddress(tier("test"))]);
  assert.is(rightOf(await made.call(deploy, { all: true })).state, "awaiting_approval");
  assert.equal(subjects(made, "hd.req"), []);
});

test("a host counts with the tiers of all its addresses, whichever of them is named", async () => {
  const made = session();
  const { hostname, addresses } = enrolled("test/lab9");
  made.log.enrol({ hostname, tier: tier("test"), roles: [] }, [...addresses, allAddress(tier("prod"))]);
  assert.is(rightOf(await made.call(deploy, { hostname: "lab9" })).state, "awaiting_approval");
  assert.equal(subjects(made, "hd.req"), []);
});

test("no hosts named never means all, and there is no argument that confirms", async () => {
  const made = await fleet({ admin: true });
  assert.is(failureOf(await made.call(deploy, {})).code, "invalid_request");
  assert.is(failureOf(await made.call(deploy, { all: false })).code, "invalid_request");
  assert.is(failureOf(await made.call(deploy, { hostname: "lab1", all: true })).code, "invalid_request");
  for (const one of [deploy, deployAdmin])
    for (const field of ["confirm", "confirmed", "yes", "force"])
      assert.ok(isLeft(one.input.strict({ targets: ["prod/web1"], [field]: true })), field);
  assert.is(made.log.records.length, 0);
});

test("a budget bounds what a session asks for in an hour", async () => {
  const made = await fleet({ perHour: 1 });
  rightOf(await made.call(deploy, { hostname: "lab1" }));
  const over = failureOf(await made.call(deploy, { hostname: "lab1" }));
  assert.is(over.code, "busy");
  assert.match(over.message, "13:00:00Z");
  made.pass(3_600_001);
  rightOf(await made.call(deploy, { hostname: "lab1" }));
});

test.run();
