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
  assert.match(w.err(), `deploying ${commit("3")} (boot) to prod/all (web1, web2 and db1), as alice\n`);
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

test.run();
