/** `hd approve` and `hd deny`: what is shown, what is sent in whose name, and what refuses before anything is sent. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Commit } from "../../../lib/contract/values.ts";
import { noonMs, requestId } from "../../support/fixtures.ts";
import { completed, enrol, id, serve, store } from "../support/fleet.ts";
import { type World, type WorldOptions, world } from "../support/world.ts";

const test = suite("cli/approve");

const commit = "3".repeat(40);
const wish = {
  id,
  action: "switch",
  revision: "main",
  commit,
  hosts: ["web1"],
  reason: "certs expire",
  client: "claude-code 2.1.76",
  tool: "deploy",
};

/** `claude`, whose key is for other tiers, wishes for web1. */
const wished = async (changes: object = {}, options: WorldOptions = {}): Promise<World> => {
  const w = world(options);
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.ask.claude.prod.web1", { ...wish, ...changes });
  return w;
};

const sent = (w: World) => w.log.records.filter(({ subject }) => subject.startsWith("hd.req."));

test("the plan is shown, and what is sent is the person's own request for the commit that was shown", async () => {
  const w = await wished();
  await serve(w.log, "prod/web1", completed("web1", { id: requestId(id) }));
  assert.is(await w.hd("approve", id, "--yes"), 0, w.err());
  assert.fixture(
    w.err().split("\n\n")[0] ?? "",
    `wish ${id}
  asked by    claude for claude-code 2.1.76 (deploy)
  asked       2026-01-31 12:00:00Z (1 min ago), at 1 in the log
  target      prod/web1 (deploy.prod.web1)
  hosts       web1
  action      switch
  revision    ${commit}, which was main as claude says
  reason      certs expire
  state       waits for a person's approval until 13:00:00Z
  sends       switch ${commit}`,
  );
  const [record, ...more] = sent(w);
  assert.equal([record?.subject, record?.msgId, more], ["hd.req.alice.prod.web1", id, []]);
  assert.equal(JSON.parse(record?.body ?? ""), {
    ...{ action: "switch", revision: commit, id, reason: "certs expire", rollback: true, tolerate_units: [] },
    expires_at: new Date(noonMs + 60_000 + 3_600_000).toISOString(),
    ...{ on_behalf_of: "claude", client: "claude-code 2.1.76", tool: "deploy" },
  });
});

test("what others wrote cannot pass for a line of the plan", async () => {
  const w = await wished({ reason: "certs\n  hosts       lab1\u202e", client: "a\u202eb" });
  assert.is(await w.hd("approve", id), 2);
  assert.match(w.err(), "  reason      certs hosts lab1\ufffd\n");
  assert.match(w.err(), "claude for a\ufffdb (deploy)");
  assert.is(w.err().match(/^ {2}hosts/gm)?.length, 1);
});

test("without a terminal nothing is sent, and the plan is shown all the same; a person who does not type yes wants nothing", async () => {
  const nobody = await wished();
  assert.is(await nobody.hd("approve", id), 2);
  assert.match(nobody.err(), /hosts {7}web1\n[\s\S]*there is no terminal to ask you on/);
  const asked: string[] = [];
  const person = (answer: string) => ({
    ask: async (question: string) => {
      asked.push(question);
      return answer;
    },
  });
  const unwilling = await wished({}, person("y"));
  assert.is(await unwilling.hd("approve", id), 1);
  assert.equal([asked, sent(nobody), sent(unwilling)], [["Send it as alice? Type yes: "], [], []]);
  const willing = await wished({}, person("yes"));
  assert.is(await willing.hd("approve", id, "--detach"), 0);
  assert.is(sent(willing).length, 1);
});

const refused = async (w: World, exit: number, why: RegExp, ...words: readonly string[]): Promise<void> => {
  assert.is(await w.hd("approve", id, "--yes", ...words), exit, w.err());
  assert.match(w.err(), why);
  assert.is(sent(w).length, 0);
};

test("what changes while the person reads refuses it", async () => {
  const w: World = await wished(
    {},
    {
      ask: async () => {
        await store(w.log, "hd.ask.bob.prod.web1", { id, denied: true, reason: "wait" });
        return "yes";
      },
    },
  );
  assert.is(await w.hd("approve", id), 1);
  assert.match(w.err(), "was denied by bob");
  const found = ["4".repeat(40), "5".repeat(40)];
  const moving = await wished(
    { commit: undefined },
    {
      ask: async () => "yes",
      machine: {
        refs: () => async () => right(1),
        missing: async () => [],
        resolve: () => async () => right(found.shift() as Commit),
      },
    },
  );
  assert.is(await moving.hd("approve", id, "--flake-url", "git+file:///f"), 1);
  assert.match(moving.err(), /sends {7}switch 4{40}\n[\s\S]*has changed while you were asked/);
  assert.equal([sent(w), sent(moving)], [[], []]);
});

test("hosts that came or left since refuse it", async () => {
  const come = await wished({ hosts: ["web1"] });
  const group = await wished({ hosts: ["web1", "old1"] });
  await refused(group, 1, /was for other hosts of prod\/web1 than there are now: old1 left it/);
  enrol(come.log, "prod/web2");
  await store(come.log, "hd.ask.claude.prod.all", { ...wish, id: "wish-all" });
  assert.is(await come.hd("approve", "wish-all", "--yes"), 1);
  assert.match(come.err(), "web2 came to it");
  assert.is(sent(come).length, 0);
});

test("a branch that has moved refuses it, where somebody looks; one that nobody looked up needs that", async () => {
  const at = (found: string): WorldOptions => ({
    machine: {
      refs: () => async () => right(1),
      missing: async () => [],
      resolve: () => async () => right(found as Commit),
    },
  });
  const moved = await wished({}, at("4".repeat(40)));
  await refused(moved, 1, /was for main at 3{40}, and it is at 4{40} now/, "--flake-url", "git+file:///f");
  const unbound = { commit: undefined };
  await refused(await wished(unbound), 2, /which commit that was nobody could say.*--flake-url/);
  const found = await wished(unbound, at(commit));
  assert.is(await found.hd("approve", id, "--yes", "--detach", "--flake-url", "git+file:///f"), 0);
  assert.is(JSON.parse(sent(found)[0]?.body ?? "").revision, commit);
  const whole = await wished({ ...unbound, revision: commit });
  assert.is(await whole.hd("approve", id, "--yes", "--detach"), 0);
});

test("what is denied, expired or has come true is no more to be approved, and two of one id are nobody's", async () => {
  const denied = await wished();
  assert.is(await denied.hd("deny", id, "--reason", "not on a Friday"), 0);
  assert.is(denied.out(), `wish ${id} of claude was denied\n`);
  assert.is(denied.log.records[1]?.subject, "hd.ask.alice.prod.web1");
  await refused(denied, 1, /was denied by alice, .*: not on a Friday\. It has to be made again/);

  const late = await wished({}, { now: () => noonMs + 3_600_001 });
  await refused(late, 1, /has expired/);
  assert.is(await late.hd("deny", id), 1);

  const done = await wished();
  assert.is(await done.hd("approve", id, "--yes", "--detach"), 0);
  assert.is(await done.hd("approve", id, "--yes", "--detach"), 1);
  assert.match(done.err(), "has come true: approved by alice");
  assert.is(await done.hd("deny", id), 1);
  assert.is(sent(done).length, 1);

  const forged = await wished();
  await store(forged.log, "hd.ask.mallory.prod.web1", { ...wish, action: "boot" });
  await refused(forged, 2, /2 wishes have the id .* \(claude at 1 in the log and mallory at 2 in the log\)/);
  assert.is(await forged.hd("deny", id), 0);
  assert.is(forged.log.records.filter(({ subject }) => subject === "hd.ask.alice.prod.web1").length, 2);
});

test("an id that somebody used first is told, and nothing is taken for sent", async () => {
  const w = await wished();
  const bus = w.log.bus();
  await bus.log.append({
    subject: "hd.req.mallory.test.lab1",
    body: JSON.stringify({ revision: "x", id }),
    msgId: id,
  })();
  assert.is(await w.hd("approve", id, "--yes", "--detach"), 1);
  assert.match(w.err(), /Nothing was sent: the log took a record with the id .* at 2 \(hd\.req\.mallory\.test\.lab1\)/);
});

test("a wish for another id, a wrong one and none are refused with what to do", async () => {
  const w = await wished();
  assert.is(await w.hd("approve", "nothing", "--yes"), 2);
  assert.match(w.err(), /no wish with the id nothing.*hd approve --list.*hd streams apply --update/);
  assert.is(await w.hd("approve"), 2);
  assert.is(await w.hd("approve", "--list", id), 2);
  assert.is(await w.hd("deny"), 2);
  assert.is(await w.hd("approve", "not an id"), 2);
});

test("the list has what waits and nothing else; history and show tell what became of it", async () => {
  const w = await wished();
  await store(w.log, "hd.ask.claude.prod.web1", { ...wish, id: "wish-2", reason: "another" });
  await store(w.log, "hd.ask.claude.prod.web1", { ...wish, id: "wish-3", hosts: "web1" });
  assert.is(await w.hd("deny", "wish-2"), 0);
  assert.is(await w.hd("approve", "--list", "-o", "json"), 0);
  const listed = JSON.parse(w.out().slice(w.out().indexOf("{")));
  assert.equal(
    [listed.kind, listed.wishes.map((one: { id: string; state: string }) => [one.id, one.state])],
    ["Wishes", [[id, "open"]]],
  );

  const rows = async (...words: readonly string[]): Promise<readonly (readonly unknown[])[]> => {
    const other = await world({ around: () => w.log.bus() });
    assert.is(await other.hd("history", "-o", "json", ...words), 0, other.err());
    return JSON.parse(other.out()).deployments.map((row: Record<string, unknown>) => [
      row["id"],
      row["status"],
      row["message"],
    ]);
  };
  const until = "waits for a person's approval until 2026-01-31T13:00:00.000Z";
  assert.equal(await rows("--status", "asked"), [[id, "asked", until]]);
  assert.equal(await rows("--status", "denied"), [["wish-2", "denied", "denied by alice"]]);
  assert.equal(await rows("--requester", "claude", "--status", "denied"), [["wish-2", "denied", "denied by alice"]]);
  assert.equal(
    (await rows("--requester", "claude")).map(([one]) => one),
    ["wish-2", id],
  );
  assert.equal(
    (await rows()).map(([, status]) => status),
    ["unreadable", "denied", "asked"],
  );
  assert.equal(await rows("--status", "completed"), []);

  assert.is(await w.hd("approve", id, "--yes", "--detach"), 0);
  assert.equal(await rows("--requester", "claude"), [["wish-2", "denied", "denied by alice"]]);
  assert.equal(
    (await rows("--requester", "alice")).map(([one, status]) => [one, status]),
    [[id, "waiting"]],
  );
  const shown = world({ around: () => w.log.bus() });
  assert.is(await shown.hd("show", "wish-2"), 0);
  assert.match(shown.out(), /wish wish-2\n[\s\S]*state {7}denied by alice/);
  assert.is(await shown.hd("show", id), 0);
  assert.match(shown.out(), "requester   alice for claude in claude-code 2.1.76 (deploy)");
});

test.run();
