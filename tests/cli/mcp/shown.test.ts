/** What a person is shown is what is sent: nothing else goes with it, and nothing that has changed since they were asked. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { planText } from "../../../cli/mcp/deploying/plan-text.ts";
import { wantedBy } from "../../../cli/mcp/deploying/wanted.ts";
import type { Confirmation, ToolContext } from "../../../cli/mcp/tool.ts";
import { deploy } from "../../../cli/mcp/tools/deploy.ts";
import { deployAdmin } from "../../../cli/mcp/tools/deploy-admin.ts";
import { deploymentWait } from "../../../cli/mcp/tools/deployment-wait.ts";
import { deploymentsReplay } from "../../../cli/mcp/tools/deployments-replay.ts";
import { allAddress } from "../../../lib/contract/address.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { noonMs, tier } from "../../support/fixtures.ts";
import { completed, enrol, enrolled, serve, store } from "../support/fleet.ts";
import { type Session, type SessionOptions, session } from "./support/session.ts";

const test = suite("cli/mcp/shown");

const fleet = async (options: SessionOptions = {}): Promise<Session> => {
  const made = session({ admin: true, ...options });
  enrol(made.log, "test/lab1", "prod/web1:web", "prod/web2:web");
  for (const host of ["lab1", "web1", "web2"])
    await serve(made.log, host === "lab1" ? "test/lab1" : `prod/${host}`, completed(host));
  return made;
};

const subjects = ({ log }: Session, prefix: string): readonly string[] =>
  log.records.map(({ subject }) => subject).filter((subject) => subject.startsWith(prefix));

/** A person who accepts, after something happened. */
const after = (happens: () => unknown) => async (): Promise<Confirmation> => {
  await happens();
  return "accepted";
};

test("all that a replay brings along is shown", async () => {
  const made = await fleet({ answer: "accepted" });
  await store(made.log, "hd.req.claude.test.lab1", {
    ...{ id: "req-1", revision: "3".repeat(40), rollback: false, tolerate_units: ["sshd.service", "getty.service"] },
  });
  rightOf(await made.call(deploymentsReplay, { id: "req-1", to: ["prod/web1"] }));
  const [{ message } = { message: "" }] = made.asked;
  assert.match(message, "without going back where a host is not healthy");
  assert.match(message, "units that may fail: sshd.service and getty.service");
  assert.match(message, "repeats request req-1");
});

test("a wish that waits comes true only by what is the same in all of it", async () => {
  const made = await fleet();
  const plain = rightOf(await made.call(deployAdmin, { targets: ["prod/web1"], revision: "3".repeat(40) }));
  await store(made.log, "hd.req.claude.test.lab1", { id: "req-1", revision: "3".repeat(40), rollback: false });
  const other = rightOf(await made.call(deploymentsReplay, { id: "req-1", to: ["prod/web1"] }));
  assert.is.not(other.deployments[0]?.id, plain.deployments[0]?.id);
});

test("a wish that is denied while the form is open stays denied", async () => {
  const made = await fleet();
  const wished = rightOf(await made.call(deployAdmin, { targets: ["prod/web1"] }));
  const id = wished.deployments[0]?.id ?? "";
  const confirm = after(() => store(made.log, "hd.ask.alice.prod.web1", { id, denied: true }));
  const refused = failureOf(await made.call(deployAdmin, { targets: ["prod/web1"] }, { confirm }));
  assert.equal([refused.code, subjects(made, "hd.req")], ["too_late", []]);
});

test("a host that appears behind the address while the form is open is not deployed", async () => {
  const made = await fleet();
  const confirm = after(() => enrol(made.log, "prod/web3:web"));
  const refused = failureOf(await made.call(deployAdmin, { targets: ["prod/role/web"] }, { confirm }));
  assert.equal([refused.code, subjects(made, "hd.req")], ["too_late", []]);
});

test("a host whose tier changes while the form is open is not deployed", async () => {
  const made = await fleet();
  const [web1] = rightOf(await made.log.bus().roster.enrolled()()).filter(({ hostname }) => hostname === "web1");
  const change = () => {
    const { hostname, addresses } = web1 ?? enrolled("prod/web1");
    made.log.enrol({ hostname, tier: tier("edge"), roles: [] }, [...addresses, allAddress(tier("edge"))]);
  };
  const args = { targets: ["prod/web1"] };
  const refused = failureOf(await made.call(deployAdmin, args, { confirm: after(change) }));
  assert.equal([refused.code, subjects(made, "hd.req")], ["too_late", []]);
});

test("every reason is shown once, on a line of its own", () => {
  const context = { options: { env: {} }, now: () => noonMs, client: "", tool: "deploy" } as ToolContext;
  const because = (reason: string | undefined) => {
    const args = deploy.input.strict({ hostname: "web1", ...(reason === undefined ? {} : { reason }) });
    return rightOf(wantedBy(rightOf(args) as never, [enrolled("prod/web1")], context));
  };
  const all = ["certs expire", "a new kernel\nbecause, it says: nothing", "certs expire", undefined].flatMap(because);
  const shown = planText(all, { client: "c", tool: "deploy", requester: "claude" }).split("\n");
  assert.equal(
    shown.filter((line) => line.startsWith("because")),
    ["because, it says: certs expire", "because, it says: a new kernel because, it says: nothing"],
  );
});

test("of what was declined in the form the wait says so, and by whom what was denied", async () => {
  const made = await fleet({ answer: "declined" });
  const idOf = () =>
    JSON.parse(made.log.records.findLast(({ subject }) => subject.startsWith("hd.ask."))?.body ?? "").id;
  await made.call(deployAdmin, { targets: ["prod/web1"] });
  const declined = rightOf(await made.call(deploymentWait, { id: idOf(), seconds: 0 }));
  assert.equal([declined.state, declined.next.split(".")[0]], ["denied", "It was declined in the form"]);
  const other = await fleet();
  const wished = rightOf(await other.call(deployAdmin, { targets: ["prod/web1"] }));
  const id = wished.deployments[0]?.id ?? "";
  await store(other.log, "hd.ask.alice.prod.web1", { id, denied: true });
  const denied = rightOf(await other.call(deploymentWait, { id, seconds: 0 }));
  assert.equal([denied.state, denied.next.split(".")[0]], ["denied", "alice denied it"]);
});

test("nobody is asked about a branch of which the commit is not known", async () => {
  const made = await fleet({ answer: "accepted", noFlake: true });
  const done = rightOf(await made.call(deployAdmin, { targets: ["prod/web1"] }));
  assert.equal([done.state, made.asked, subjects(made, "hd.req")], ["awaiting_approval", [], []]);
  assert.match(done.next, "--flake-url");
});

test("what was declined is not asked again by another spelling of the revision, nor for some of the hosts", async () => {
  const made = await fleet({ answer: "declined" });
  const args = { targets: ["prod/role/web"], revision: "main" };
  assert.is(failureOf(await made.call(deployAdmin, args)).code, "cancelled");
  const fewer = await made.call(deployAdmin, { targets: ["prod/web1"], revision: "main" });
  assert.equal([failureOf(fewer).code, made.asked.length], ["cancelled", 1]);
  const options = {
    ...{ env: {}, repeated: "", discoverSubject: "deploy.discover", unconfirmed: [] },
    resolve: () => async () => right(undefined),
  };
  const spelled = await made.call(deployAdmin, { ...args, revision: "heads/main" }, { options });
  assert.equal([failureOf(spelled).code, subjects(made, "hd.ask").length], ["cancelled", 2]);
  const other = await made.call(deployAdmin, { ...args, revision: "4".repeat(40) });
  assert.equal([failureOf(other).code, made.asked.length], ["cancelled", 2]);
});

test.run();
