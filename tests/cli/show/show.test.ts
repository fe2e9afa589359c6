/** `hd show`: one request and everything that came of it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requestId, storePath } from "../../support/fixtures.ts";
import { buildFailed, completed, enrol, event, store, storeResponse } from "../support/fleet.ts";
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

test.run();
