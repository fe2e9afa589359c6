/** `deployment_wait`, `deployment_cancel` and `deployments_replay`: what is watched, ended and repeated, and who has to say so. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deploy } from "../../../cli/mcp/tools/deploy.ts";
import { deploymentCancel } from "../../../cli/mcp/tools/deployment-cancel.ts";
import { deploymentWait } from "../../../cli/mcp/tools/deployment-wait.ts";
import { deploymentsReplay } from "../../../cli/mcp/tools/deployments-replay.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { requestId } from "../../support/fixtures.ts";
import { applied, completed, enrol, event, refused, serveBy, store, storeResponse } from "../support/fleet.ts";
import { type Session, type SessionOptions, session } from "./support/session.ts";

const test = suite("cli/mcp/deployment");

/** Hosts that end a deployment at once, but for lab2, which builds until it is cancelled. */
const fleet = async (options: SessionOptions = {}): Promise<Session> => {
  const made = session(options);
  enrol(made.log, "test/lab1", "test/lab2", "prod/web1");
  for (const host of ["test/lab1", "prod/web1"])
    await serveBy(made.log, host, (verb) => (verb === undefined ? [completed(host.split("/")[1] ?? "")] : []));
  await serveBy(made.log, "test/lab2", (verb) =>
    verb === "cancel"
      ? [applied("lab2", "cancel")]
      : [event("lab2", { status: "accepted" }), event("lab2", { status: "started", phase: "build" })],
  );
  return made;
};

const requests = ({ log }: Session) => log.records.filter(({ subject }) => subject.startsWith("hd.req"));
const subjects = (made: Session): readonly string[] => requests(made).map(({ subject }) => subject);

test("what goes on is answered with how it stands and how to go on, and the same again is the same", async () => {
  const made = await fleet();
  const first = rightOf(await made.call(deploy, { hostname: "lab2", seconds: 0 }));
  const id = first.deployments[0]?.id ?? "";
  assert.is(first.state, "running");
  assert.match(first.next, `deployment_wait {"id":"${id}"}`);
  const again = rightOf(await made.call(deploy, { targets: ["test/lab2"], seconds: 0 }));
  assert.equal([again.deployments[0]?.id, requests(made).length], [id, 1]);
  const other = rightOf(await made.call(deploy, { targets: ["test/lab2"], revision: "v2", seconds: 0 }));
  assert.is.not(other.deployments[0]?.id, id);
  const waited = rightOf(await made.call(deploymentWait, { id, seconds: 0 }));
  assert.equal([waited.state, waited.deployments[0]?.hosts], ["running", [{ host: "lab2", result: "build" }]]);
});

test("a call that is given up sends nothing that it has not sent, and ends only the watching", async () => {
  const made = await fleet();
  const gone = AbortSignal.abort();
  assert.is(failureOf(await made.call(deploy, { hostname: "lab1" }, { signal: gone })).code, "cancelled");
  assert.is(failureOf(await made.call(deploy, { hostname: "web1" }, { signal: gone })).code, "cancelled");
  assert.is(made.log.records.length, 0);
  const stop = new AbortController();
  const progress = () => stop.abort();
  const watched = rightOf(await made.call(deploy, { hostname: "lab2" }, { signal: stop.signal, progress }));
  assert.is(watched.state, "running");
  assert.equal(subjects(made), ["hd.req.claude.test.lab2"]);
});

test("each step is told to a client that wants it", async () => {
  const made = await fleet();
  await made.call(deploy, { hostname: "lab1" });
  assert.equal(made.told, ["lab1 completed, 1 of 1 hosts have ended"]);
});

test("a wish is waited for like a deployment, and becomes it", async () => {
  const made = await fleet();
  const wished = rightOf(await made.call(deploy, { hostname: "web1", revision: "main" }));
  const id = wished.deployments[0]?.id ?? "";
  assert.is(rightOf(await made.call(deploymentWait, { id, seconds: 0 })).state, "awaiting_approval");
  await store(made.log, "hd.req.alice.prod.web1", { id, revision: "3".repeat(40), on_behalf_of: "claude" });
  const done = rightOf(await made.call(deploymentWait, { id }));
  assert.equal([done.state, done.deployments[0]?.counts], ["ended", "1 completed"]);
  assert.match(failureOf(await made.call(deploymentWait, { id: "nothing" })).message, "no request with the id nothing");
});

test("its own deployment an assistant may end, and a wish it may take back; nothing of it goes on", async () => {
  const made = await fleet();
  const first = rightOf(await made.call(deploy, { hostname: "lab2", seconds: 0 }));
  const id = first.deployments[0]?.id ?? "";
  await made.call(deploymentCancel, { id, reason: "wrong branch" }, { answerByMs: 0 });
  assert.equal(subjects(made), ["hd.req.claude.test.lab2", "hd.req.claude.test.lab2.cancel"]);

  const wished = rightOf(await made.call(deploy, { hostname: "web1" })).deployments[0]?.id ?? "";
  assert.is(rightOf(await made.call(deploymentCancel, { id: wished })).state, "denied");
  const late = rightOf(await made.call(deploymentCancel, { id: wished }));
  assert.is(late.state, "denied");
  assert.match(late.next, "taken back");
  const other =
    rightOf(await made.call(deploy, { hostname: "web1", revision: "4".repeat(40) })).deployments[0]?.id ?? "";
  await store(made.log, "hd.ask.bob.prod.web1", { id: other, denied: true });
  assert.match(rightOf(await made.call(deploymentWait, { id: other, seconds: 0 })).next, "bob denied it");
  await store(made.log, "hd.ask.mallory.prod.web1", {
    ...{ id: "other", action: "switch", revision: "main", hosts: ["web1"] },
  });
  assert.is(failureOf(await made.call(deploymentCancel, { id: "other" })).code, "unauthorized");
});

test("of others' deployments outside the test tier a person has to say so", async () => {
  const open = async (options: SessionOptions): Promise<Session> => {
    const made = session({ admin: true, ...options });
    enrol(made.log, "prod/web1");
    await store(made.log, "hd.req.alice.prod.web1", { id: "req-1", revision: "main" });
    return made;
  };
  for (const answer of ["declined", "unsupported"] as const) {
    const made = await open({ answer });
    assert.is(failureOf(await made.call(deploymentCancel, { id: "req-1" })).code, "unauthorized");
    assert.equal([made.asked.length, requests(made).length], [1, 1]);
  }
  const made = await open({ answer: "accepted" });
  rightOf(await made.call(deploymentCancel, { id: "req-1" }, { answerByMs: 0 }));
  assert.equal(subjects(made), ["hd.req.alice.prod.web1", "hd.req.claude-admin.prod.web1.cancel"]);
});

test("a replay is pinned to its commit, and held to the same policy", async () => {
  const made = await fleet();
  const id = rightOf(await made.call(deploy, { hostname: "lab1" })).deployments[0]?.id ?? "";
  const again = rightOf(await made.call(deploymentsReplay, { id }));
  assert.is(again.state, "ended");
  const { revision, replay_of: of, tool, confirmed } = JSON.parse(requests(made)[1]?.body ?? "");
  assert.equal([revision, of, tool, confirmed], ["3".repeat(40), id, "deployments_replay", undefined]);
  const elsewhere = rightOf(await made.call(deploymentsReplay, { id, to: ["prod/web1"] }));
  assert.is(elsewhere.state, "awaiting_approval");
  assert.is(requests(made).length, 2);
  const both = await made.call(deploymentsReplay, { id, to: ["prod/web1"], only: ["failed"] });
  assert.is(failureOf(both).code, "invalid_request");
  const admin = await fleet({ admin: true, answer: "accepted" });
  const first = rightOf(await admin.call(deploy, { hostname: "lab1" })).deployments[0]?.id ?? "";
  assert.is(rightOf(await admin.call(deploymentsReplay, { id: first, to: ["prod/web1"] })).state, "ended");
  assert.equal(subjects(admin), ["hd.req.claude.test.lab1", "hd.req.claude-admin.prod.web1"]);
});

test("two hundred hosts fit an answer, those that failed first", async () => {
  const made = session();
  const names = Array.from({ length: 200 }, (_, n) => `lab${n}`);
  enrol(made.log, ...names.map((name) => `test/${name}`));
  await store(made.log, "hd.req.claude.test.all", { id: "req-1", revision: "main" });
  const about = { id: requestId("req-1"), request_seq: 1 };
  for (const name of names) {
    const isOdd = name === "lab150";
    const ended = isOdd ? refused(name, "busy", { ...about, message: "x ".repeat(3_000) }) : completed(name, about);
    await storeResponse(made.log, ended, "test");
  }
  const done = rightOf(await made.call(deploymentWait, { id: "req-1" }));
  assert.is(done.deployments[0]?.hosts[0]?.host, "lab150");
  assert.is(done.deployments[0]?.counts, "1 rejected and 199 completed");
  assert.ok(JSON.stringify(done).length + deploymentWait.text(done as never).length < 28_000);
});

test.run();
