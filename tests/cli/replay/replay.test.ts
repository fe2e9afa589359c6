/** `hd replay`: what is sent again, to whom, at which commit, and what is refused before anything is sent. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { commit, requestId } from "../../support/fixtures.ts";
import {
  buildFailed,
  completed,
  enrol,
  errorCode,
  event,
  refused,
  serve,
  store,
  storeResponse,
} from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/replay");

const about = { id: requestId("req-1") };
const asked = { revision: "main", id: "req-1", reason: "certs", action: "boot" };

/** A request of bob to a tier, and what its hosts said. */
const past = async (request: object, ...answers: readonly DeployEvent[]): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/db1");
  await store(w.log, "hd.req.bob.prod.all", { ...asked, ...request });
  for (const answer of answers) await storeResponse(w.log, { ...answer, ...about });
  return w;
};

interface Sent {
  readonly subject: string;
  readonly body: Record<string, unknown>;
}

/** What was sent since the first request. */
const sent = ({ log }: World): readonly Sent[] =>
  log.records
    .slice(1)
    .filter(({ subject }) => subject.startsWith("hd.req."))
    .map(({ subject, body }) => ({ subject, body: JSON.parse(body) }));

/** What a replay of the usual request asks for, as it stands in the log. */
const body = (digit: string): string =>
  JSON.stringify({
    ...{ action: "boot", revision: commit(digit), reason: "replay of req-1: certs" },
    ...{ expires_at: "2026-01-31T13:01:00.000Z", rollback: true, tolerate_units: [], replay_of: "req-1" },
  });

const brief = (w: World) => sent(w).map(({ subject, body }) => [subject, String(body["revision"]).slice(0, 7)]);

test("the same again, pinned to the commit it resolved to", async () => {
  const units = ["backup-*"];
  const old = { rollback: false, tolerate_units: units, expires_at: "2026-01-31T11:00:00Z" };
  const w = await past(old, completed("web1"), completed("web2"), buildFailed("db1"));
  await serve(w.log, "prod/web1", completed("web1"));
  await serve(w.log, "prod/web2", completed("web2"));
  await serve(w.log, "prod/db1", completed("db1"));
  assert.is(await w.hd("replay", "req-1"), 0);
  const [one, ...more] = sent(w);
  assert.equal(more, []);
  assert.is(one?.subject, "hd.req.alice.prod.all");
  const { id, ...body } = one?.body ?? {};
  assert.is.not(id, "req-1");
  assert.equal(body, {
    action: "boot",
    revision: commit("3"),
    reason: "replay of req-1: certs",
    expires_at: "2026-01-31T13:01:00.000Z",
    rollback: false,
    tolerate_units: units,
    replay_of: "req-1",
  });
  assert.match(w.err(), `deploying 3333333 (boot) to prod/all (web1, web2 and db1), as alice\n`);
  assert.match(screen(w.out()), "web1  completed  3333333");
});

test("hosts that resolved it to different commits get each their own", async () => {
  const w = await past({}, completed("web1"), completed("web2", { commit: commit("4") }));
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.equal(brief(w), [
    ["hd.req.alice.prod.web1", "3333333"],
    ["hd.req.alice.prod.web2", "4444444"],
    ["hd.req.alice.prod.db1", "4444444"],
  ]);
  assert.match(
    w.err(),
    "its hosts resolved the revision to different commits (web1 3333333 and web2 4444444), so each is asked alone\n",
  );
  assert.match(
    w.err(),
    "db1 did not get so far as to resolve the revision: 4444444 is what another host resolved it to\n",
  );
});

test("as of the branch it is resolved anew, by all together", async () => {
  const w = await past({}, completed("web1"), completed("web2", { commit: commit("4") }));
  assert.is(await w.hd("replay", "req-1", "--as-of-branch", "--detach"), 0);
  assert.equal(brief(w), [["hd.req.alice.prod.all", "main"]]);
});

const mixed = () =>
  past(
    {},
    completed("web1"),
    refused("web2", "busy"),
    event("db1", { status: "started", phase: "build", commit: commit("3") }),
  );

for (const [only, hosts] of [
  ["failed", ["web2"]],
  ["rejected", ["web2"]],
  ["failed,unreachable", ["web2", "away1", "late1"]],
  ["unreachable", ["away1", "late1"]],
  ["cancelled", ["gone2"]],
] as const) {
  test(`--only ${only}`, async () => {
    const w = await mixed();
    enrol(w.log, "prod/away1", "prod/late1", "prod/gone2");
    await storeResponse(w.log, refused("late1", "expired", about));
    if (only === "cancelled") {
      await storeResponse(w.log, event("gone2", { status: "failed", error: errorCode("cancelled"), ...about }));
    } else await storeResponse(w.log, completed("gone2", about));
    const expected = only.startsWith("failed") || only === "rejected" ? [...new Set([...hosts, "late1"])] : hosts;
    assert.is(await w.hd("replay", "req-1", "--only", only, "--detach"), 0);
    assert.equal(
      sent(w)
        .map(({ subject }) => subject.split(".").at(-1))
        .sort(),
      [...expected].sort(),
    );
    assert.match(w.err(), "db1 is still at it, so left out\n");
  });
}

test("only hosts that are still there, and the others are named", async () => {
  const w = await mixed();
  await storeResponse(w.log, refused("old1", "busy", about));
  assert.is(await w.hd("replay", "req-1", "--only", "failed", "--detach"), 0);
  assert.equal(brief(w), [["hd.req.alice.prod.web2", "3333333"]]);
  assert.match(w.err(), "old1 is not enrolled any more, so left out\n");
});

test("other targets get the commit that its hosts resolved it to", async () => {
  const w = await past({}, completed("web1"), completed("web2"), completed("db1"));
  enrol(w.log, "test/lab1", "test/lab2");
  assert.is(await w.hd("replay", "req-1", "--to", "test/lab1,test/lab2", "--detach"), 0);
  assert.equal(brief(w), [
    ["hd.req.alice.test.lab1", "3333333"],
    ["hd.req.alice.test.lab2", "3333333"],
  ]);
  assert.equal(
    sent(w).map(({ body }) => body["replay_of"]),
    ["req-1", "req-1"],
  );
});

test("a revision that is a commit already needs no host that resolved it", async () => {
  const w = await past({ revision: commit("7") });
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.equal(brief(w), [["hd.req.alice.prod.all", "7777777"]]);
});

test("a host that is gone does not say what the others get", async () => {
  const w = await past({}, completed("web1"), completed("old1", { commit: commit("9") }));
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.equal(brief(w), [["hd.req.alice.prod.all", "3333333"]]);
  assert.match(w.err(), "web2 and db1 did not get so far as to resolve the revision: 3333333 is what another host");
});

test("what held for that moment only is not repeated, and that is said", async () => {
  const current = "/nix/store/00000000000000000000000000000000-old";
  const w = await past({ if_current: current, reply_to: "deploy.responses.x" }, completed("web1"));
  assert.is(await w.hd("replay", "req-1", "--detach", "--expires", "2h", "--reason", "again"), 0);
  const { id: _, ...body } = sent(w)[0]?.body ?? {};
  assert.equal(body, {
    ...{ action: "boot", revision: commit("3"), rollback: true, tolerate_units: [] },
    ...{ reason: "again", expires_at: "2026-01-31T14:01:00.000Z", replay_of: "req-1" },
  });
  assert.match(w.err(), `the condition that a host runs ${current} is not repeated\n`);
});

test("a freeze is overridden anew or not at all", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.req.bob.prod.web1.override", { ...asked, reason: "CVE" });
  await storeResponse(w.log, completed("web1", about));
  assert.is(await w.hd("replay", "req-1", "--override-freeze"), 2);
  assert.match(w.err(), "--override-freeze needs --reason");
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.match(w.err(), "the first was in spite of a freeze; this one is only with --override-freeze and --reason\n");
  assert.is(await w.hd("replay", "req-1", "--detach", "--override-freeze", "--reason", "CVE, still"), 0);
  assert.equal(
    sent(w).map(({ subject }) => subject),
    ["hd.req.alice.prod.web1", "hd.req.alice.prod.web1.override"],
  );
});

test("a replay of a replay names that one, and its reason does not grow", async () => {
  const w = await past({ replay_of: "req-0", reason: "replay of req-0: certs" }, completed("web1"));
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.equal([sent(w)[0]?.body["replay_of"], sent(w)[0]?.body["reason"]], ["req-1", "replay of req-1: certs"]);
});

test("a reason as long as it may be still fits", async () => {
  const w = await past({ reason: "é".repeat(1000) }, completed("web1"));
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  const reason = String(sent(w)[0]?.body["reason"]);
  assert.equal([reason.length, reason.startsWith("replay of req-1: éé"), reason.endsWith("é…")], [1000, true, true]);
});

test("without a reason it says what it repeats", async () => {
  const w = await past({ reason: undefined }, completed("web1"));
  assert.is(await w.hd("replay", "req-1", "--detach"), 0);
  assert.is(sent(w)[0]?.body["reason"], "replay of req-1");
});

test("a dry run shows what would be sent, and sends nothing", async () => {
  const w = await past({}, completed("web1"), completed("web2", { commit: commit("4") }));
  const stored = w.log.records.length;
  assert.is(await w.hd("replay", "req-1", "--dry-run"), 0);
  assert.fixture(
    w.out(),
    `SUBJECT                 HOSTS  BODY
hd.req.alice.prod.web1  web1   ${body("3")}
hd.req.alice.prod.web2  web2   ${body("4")}
hd.req.alice.prod.db1   db1    ${body("4")}
`,
  );
  assert.match(w.err(), "nothing was sent; leave out --dry-run to send it\n");
  const before = w.out().length;
  assert.is(await w.hd("replay", "req-1", "--dry-run", "-o", "ndjson"), 0);
  const lines = w.out().slice(before).trim().split("\n");
  assert.equal(
    lines.map((line) => JSON.parse(line).type),
    ["item", "item", "item", "result"],
  );
  assert.is(w.log.records.length, stored);
});

test("without a queue nothing is sent where a host is away", async () => {
  const w = await past({}, completed("web1"));
  assert.is(await w.hd("replay", "req-1", "--no-queue"), 5);
  assert.match(w.err(), "with --no-queue nothing waits in the log");
  assert.equal(sent(w), []);
});

test("what cannot be replayed is refused before anything is sent, with what to do", async () => {
  const w = await past({}, completed("web1"), completed("web2", { commit: commit("4") }), completed("db1"));
  await store(w.log, "hd.req.bob.prod.all.freeze", { reason: "holidays", id: "req-2" });
  await store(w.log, "hd.req.bob.prod.all.cancel", { request: "req-1", id: "req-3" });
  await store(w.log, "hd.req.bob.prod.web1", { revision: "../x", id: "req-4" });
  await store(w.log, "hd.req.bob.prod.web1", { revision: "main", id: "req-5" });
  await store(w.log, "hd.req.bob.prod.gone", { revision: commit("3"), id: "req-6" });
  const stored = w.log.records.length;
  for (const [words, message] of [
    [["req-7"], "The log holds no request with the id req-7. See the newest with: hd history --as carol"],
    [
      ["req-2"],
      "Request req-2 is the freeze of prod/all and no deployment. Lift it with: hd unfreeze prod/all --as carol",
    ],
    [["req-3"], "Request req-3 is the cancel of prod/all and no deployment."],
    [["req-4"], "Request req-4 cannot be read, so it cannot be replayed: revision: must be a branch"],
    [
      ["req-5"],
      "Nothing was sent: no host has resolved main for request req-5, so there is no commit to replay it with. To have main resolved anew: hd replay req-5 --as-of-branch --as carol",
    ],
    [["req-6"], "No host serves prod/gone, so nothing was sent."],
    [["req-1", "--to", "prod/web9"], "No host serves prod/web9, so nothing was sent."],
    [["req-1", "--to", "prod/../web1"], 'Nothing was sent: "prod/../web1" is not a target'],
    [
      ["req-1", "--to", "prod/db1"],
      `Nothing was sent: the hosts of request req-1 resolved main to different commits (3333333 and 4444444). Choose the one that is meant: hd deploy prod/db1 --revision ${commit("4")} --as carol`,
    ],
    [
      ["req-1", "--only", "failed,unreachable"],
      "Nothing was sent: no host of request req-1 is failed or unreachable. See what came of it: hd show req-1 --as carol",
    ],
    [["req-1", "--only", "failed", "--to", "prod/web1"], "--only is for the request's own hosts, --to for others"],
    [["req-1", "--only", "broken"], "--only must be one of failed, rejected, cancelled, unreachable"],
    [["req 1"], "<id> must be an id"],
    [["req-1", "--no-queue", "--expires", "1h"], "--no-queue and --expires contradict each other"],
  ] as const) {
    const before = w.err().length;
    assert.is(await w.hd("replay", ...words, "--as", "carol"), 2, words.join(" "));
    assert.match(w.err().slice(before), message);
  }
  assert.is(w.log.records.length, stored);
});

test.run();
