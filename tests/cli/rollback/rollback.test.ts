/** `hd rollback`: what each host is asked for, and that nothing is sent where one of them has nowhere to go. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { commit, requester, requestId, storePath } from "../../support/fixtures.ts";
import { buildFailed, completed, enrol, store, storeResponse } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/rollback");

/** A deployment of bob that went well on a host. */
const put = async (w: World, name: string, digit: string, request: object = {}): Promise<void> => {
  const id = requestId(`req-${name}-${digit}`);
  const { seq } = await store(w.log, `hd.req.bob.prod.${name}`, { revision: "main", id, ...request });
  const about: Partial<DeployEvent> = { id, request_seq: seq, requester: requester("bob") };
  await storeResponse(
    w.log,
    completed(name, { ...about, commit: commit(digit), closure: storePath(`${name}-${digit}`) }),
  );
};

const fleet = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/db1");
  await put(w, "web1", "1", {
    tolerate_units: ["backup-*"],
    rollback: false,
    reason: "first",
    if_current: storePath("x"),
  });
  await put(w, "web1", "2");
  await put(w, "web2", "3");
  await put(w, "web2", "4");
  return w;
};

const sent = ({ log }: World) =>
  log.records
    .filter(({ subject }) => subject.startsWith("hd.req.alice."))
    .map(({ subject, body }) => ({ subject, body: JSON.parse(body) }));

test("a host goes back to what was healthy there before, as that was asked for", async () => {
  const w = await fleet();
  assert.is(await w.hd("rollback", "prod/web1", "--detach"), 0);
  const [one, ...more] = sent(w);
  assert.equal(more, []);
  assert.is(one?.subject, "hd.req.alice.prod.web1");
  const { id: _, ...body } = one?.body ?? {};
  assert.equal(body, {
    action: "switch",
    revision: commit("1"),
    reason: "rollback from 2222222 to 1111111",
    expires_at: "2026-01-31T13:01:00.000Z",
    rollback: false,
    tolerate_units: ["backup-*"],
    replay_of: "req-web1-1",
  });
  assert.fixture(
    screen(w.err()),
    `web1 goes back from 2222222 to 1111111, as bob had it deployed 2026-01-31 12:00:01Z
deploying 1111111 (switch) to prod/web1, as alice
web1 is away: the request waits in the log for 1h (until 13:01:00Z); a host that returns runs the newest request that waits for it, and answers the others with superseded or expired
sent; the deployment goes on by itself. Watch it with: hd watch ID
`,
  );
});

test("each host of a group to its own, by a request of its own", async () => {
  const w = await fleet();
  assert.is(await w.hd("rollback", "prod/role/web", "--reason", "it is slow", "--detach"), 0);
  assert.equal(
    sent(w).map(({ subject, body }) => [subject, body.revision, body.reason, body.replay_of]),
    [
      ["hd.req.alice.prod.web1", commit("1"), "it is slow", "req-web1-1"],
      ["hd.req.alice.prod.web2", commit("3"), "it is slow", "req-web2-3"],
    ],
  );
});

test("in spite of a freeze only where that is asked for, with a reason", async () => {
  const w = await fleet();
  assert.is(await w.hd("rollback", "prod/web1", "--override-freeze"), 2);
  assert.match(w.err(), "--override-freeze needs --reason");
  assert.is(await w.hd("rollback", "prod/web1", "--override-freeze", "--reason", "CVE", "--detach"), 0);
  assert.is(sent(w)[0]?.subject, "hd.req.alice.prod.web1.override");
});

test("where one has nowhere to go nothing is sent to any", async () => {
  const w = await fleet();
  await storeResponse(w.log, buildFailed("db1"));
  const stored = w.log.records.length;
  assert.is(await w.hd("rollback", "prod"), 2);
  assert.is(
    w.err(),
    "error: Nothing was sent: db1 has no earlier system that was healthy there, among the newest 100 endings. Name the hosts that shall go back, or choose a commit: hd history --status completed\n",
  );
  assert.is(w.log.records.length, stored);
});

test("a target that nobody serves, one that is none, and a host that is meant twice", async () => {
  const w = await fleet();
  const stored = w.log.records.length;
  for (const [targets, message] of [
    [["prod/web9"], "No host serves prod/web9, so nothing was sent. Did you mean prod/web1 or prod/web2?"],
    [["a/b/c/../d"], "is not a target"],
    [["prod/web1", "prod/role/web"], "web1 is meant by both prod/web1 and prod/role/web"],
    [[], "<target> is missing"],
  ] as const) {
    const before = w.err().length;
    assert.is(await w.hd("rollback", ...targets), 2);
    assert.match(w.err().slice(before), message);
  }
  assert.is(w.log.records.length, stored);
});

test("a dry run shows what would be sent, and sends nothing", async () => {
  const w = await fleet();
  const stored = w.log.records.length;
  assert.is(await w.hd("rollback", "prod/web1", "--dry-run"), 0);
  assert.match(w.out(), /^SUBJECT +HOSTS +BODY\nhd\.req\.alice\.prod\.web1 +web1 +\{"action":"switch",/);
  assert.match(w.err(), "nothing was sent; leave out --dry-run to send it\n");
  const other = await fleet();
  assert.is(await other.hd("rollback", "prod/web1", "--dry-run", "-o", "json"), 0);
  const { kind, requests } = JSON.parse(other.out());
  assert.is(kind, "DryRun");
  assert.equal(
    requests.map(({ subject, target, hosts, body }: Record<string, { revision: string }>) => [
      ...[subject, target, hosts, body?.revision],
    ]),
    [["hd.req.alice.prod.web1", "prod/web1", ["web1"], commit("1")]],
  );
  assert.equal([other.err(), w.log.records.length, other.log.records.length], ["", stored, stored]);
});

test("the request that brought it is not in the log any more: its id and its commit are", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  const about = { request_seq: 77, id: requestId("req-gone") };
  await storeResponse(w.log, completed("web1", { ...about, commit: commit("1"), closure: storePath("1") }));
  await storeResponse(w.log, completed("web1", { ...about, commit: commit("2"), closure: storePath("2") }));
  assert.is(await w.hd("rollback", "prod/web1", "--detach"), 0);
  const { replay_of, revision, rollback } = sent(w)[0]?.body ?? {};
  assert.equal([replay_of, revision, rollback], ["req-gone", commit("1"), true]);
});

test.run();
