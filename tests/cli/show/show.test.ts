/** `hd show`: one request and everything that came of it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { requester, requestId, storePath } from "../../support/fixtures.ts";
import { applied, buildFailed, completed, enrol, errorCode, event, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/show");

const about = { id: requestId("req-1") };

const filled = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  const request = {
    revision: "main",
    id: "req-1",
    reason: "certs",
    action: "switch",
    expires_at: "2026-01-31T13:00:00Z",
  };
  await store(w.log, "hd.req.alice.prod.all", request);
  await storeResponse(w.log, event("web1", { status: "accepted", ...about }));
  await storeResponse(w.log, event("web2", { status: "accepted", ...about }));
  await storeResponse(w.log, buildFailed("web2", about));
  const paths = { closure: storePath("new"), previous: storePath("old") };
  await storeResponse(w.log, completed("web1", { ...about, ...paths, proof: "signed" }));
  return w;
};

test("the request, then each host's way", async () => {
  const w = await filled();
  assert.is(await w.hd("show", "req-1"), 0);
  assert.fixture(
    w.out(),
    `request req-1
  target      prod/all (deploy.prod.all)
  requester   alice
  sent        2026-01-31 12:00:00Z (1 min ago), at 1 in the log
  action      switch
  revision    main
  reason      certs
  expires     2026-01-31 13:00:00Z

prod/web1: completed (48s)
  12:00:01Z  accepted   web1: accepted
  12:00:04Z  completed  web1 runs what was built
  proof       signed: the host says that it verified the requester's signature
  commit      3333333333333333333333333333333333333333
  closure     /nix/store/00000000000000000000000000000000-new
  previous    /nix/store/00000000000000000000000000000000-old
  generation  142

prod/web2: failed: build_failed (12s)
  12:00:02Z  accepted   web2: accepted
  12:00:03Z  failed     error: attribute 'nginxx' missing
                        at modules/web.nix:12
  commit      3333333333333333333333333333333333333333
  last 2 lines of its output:
  | building…
  | error: attribute 'nginxx' missing
`,
  );
});

test("a request that nobody has answered", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-1" });
  assert.is(await w.hd("show", "req-1"), 0);
  assert.match(w.out(), "no host has answered yet\n");
});

test("a request that is none is shown with what is wrong about it", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1", { revision: "../x", id: "req-1" });
  assert.is(await w.hd("show", "req-1"), 0);
  assert.match(w.out(), "  unreadable  revision: must be a branch, tag or commit");
});

test("an id that the log does not hold", async () => {
  const w = await filled();
  assert.is(await w.hd("show", "req-7"), 2);
  assert.is(w.err(), "error: The log holds no request with the id req-7. See the newest with: hd history\n");
});

test("as JSON", async () => {
  const w = await filled();
  await w.hd("show", "req-1", "-o", "json");
  const { kind, request, responses } = JSON.parse(w.out());
  assert.is(kind, "Request");
  assert.equal(
    [request.id, request.requester, request.target, request.unreadable],
    ["req-1", "alice", "prod/all", null],
  );
  assert.is(request.request.reason, "certs");
  assert.equal(
    responses.map(({ seq, tier, hostname, status }: Record<string, unknown>) =>
      [seq, tier, hostname, status].join(" "),
    ),
    ["2 prod web1 accepted", "3 prod web2 accepted", "4 prod web2 failed", "5 prod web1 completed"],
  );
});

test("as JSON lines", async () => {
  const w = await filled();
  await w.hd("show", "req-1", "-o", "ndjson");
  const lines = w
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.equal(
    lines.map(({ type }) => type),
    ["request", "response", "response", "response", "response", "result"],
  );
});

test("what makes a request differ from a plain one, and the cancel that ended it", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  const units = ["nginx.service", "backup-*"];
  const request = { revision: "main", id: "req-1", reason: "CVE", rollback: false, tolerate_units: units };
  await store(w.log, "hd.req.alice.prod.web1.override", request);
  await store(w.log, "hd.req.bob.prod.web1.cancel", { request: "req-1", id: "req-2", reason: "wrong branch" });
  await store(w.log, "hd.req.bob.prod.web1.cancel", { request: "another", id: "req-3" });
  const by = { cancelled_by: requester("bob"), error: errorCode("cancelled"), phase: "build" } as const;
  await storeResponse(w.log, event("web1", { status: "failed", ...about, ...by, override: true }));
  assert.is(await w.hd("show", "req-1"), 0);
  assert.fixture(
    w.out(),
    `request req-1
  target      prod/web1 (deploy.prod.web1)
  requester   alice
  sent        2026-01-31 12:00:00Z (1 min ago), at 1 in the log
  override    in spite of a freeze
  action      switch
  revision    main
  reason      CVE
  rollback    none: the new system stays as it is, also when it is not healthy
  tolerates   that these units fail: nginx.service and backup-*
  cancel      req-2 by bob, 12:00:01Z: wrong branch

prod/web1: failed: cancelled
  12:00:03Z  failed     web1: failed
  override    in spite of a freeze
  cancelled   by bob
`,
  );
  const other = world();
  for (const { subject, body } of w.log.records) await store(other.log, subject, body);
  await other.hd("show", "req-1", "-o", "json");
  const document = JSON.parse(other.out());
  assert.equal([document.request.verb, document.request.request.rollback], ["override", false]);
  assert.equal(
    document.cancels.map(({ id, request }: { id: string; request: object }) => [id, request]),
    [["req-2", { request: "req-1", id: "req-2", reason: "wrong branch" }]],
  );
});

test("what became of a host that went back, and of one that could not", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  await store(w.log, "hd.req.alice.prod.all", { revision: "main", id: "req-1" });
  const paths = { closure: storePath("new"), previous: storePath("old"), cause: errorCode("units_failed") };
  const units = ["nginx.service"] as unknown as NonNullable<DeployEvent["failed_units"]>;
  const failed = { status: "failed", ...about, ...paths, failed_units: units } as const;
  await storeResponse(w.log, event("web1", { ...failed, error: errorCode("rolled_back") }));
  await storeResponse(w.log, event("web2", { ...failed, error: errorCode("rollback_failed") }));
  assert.is(await w.hd("show", "req-1"), 0);
  assert.fixture(
    w.out().split("\n\n").slice(1).join("\n\n"),
    `prod/web1: failed: rolled_back
  12:00:01Z  failed     web1: failed
  closure     ${storePath("new")}
  runs        ${storePath("old")}
  cause       units_failed (the new configuration runs, but units of it failed)
  failed      units nginx.service

prod/web2: failed: rollback_failed
  12:00:02Z  failed     web2: failed
  closure     ${storePath("new")}
  wanted      ${storePath("old")}
  cause       units_failed (the new configuration runs, but units of it failed)
  failed      units nginx.service
`,
  );
});

for (const [verb, body, asks] of [
  [
    "freeze",
    { reason: "holidays", until: "2026-02-01T00:00:00Z" },
    "no deployment on prod/all until 2026-02-01 00:00:00Z",
  ],
  ["freeze", { reason: "holidays" }, "no deployment on prod/all until it is lifted"],
  ["unfreeze", {}, "the end of the freeze of prod/all"],
  ["cancel", { request: "req-9" }, "the end of request req-9, where it is not activated yet"],
] as const) {
  test(`what a ${verb} asks for: ${asks}`, async () => {
    const w = world();
    enrol(w.log, "prod/web1");
    await store(w.log, `hd.req.alice.prod.all.${verb}`, { id: "req-1", ...body });
    await storeResponse(w.log, applied("web1", verb, about));
    assert.is(await w.hd("show", "req-1"), 0);
    assert.match(w.out(), `  asks for    ${asks}\n`);
    assert.match(w.out(), `prod/web1: applied\n  12:00:01Z  applied    web1: ${verb}\n`);
  });
}

test.run();
