/** `hd cancel`: what is refused before anything is sent, where it is sent, and what is said of each host. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { requester, requestId } from "../../support/fixtures.ts";
import {
  applied,
  completed,
  enrol,
  errorCode,
  event,
  refused,
  serveBy,
  store,
  storeResponse,
} from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/cancel");

const about = { id: requestId("req-1") };

/** A request to a tier that web1 builds, web2 activates, db1 has not read, and old1 has ended. */
const fleet = async (answers: Readonly<Record<string, DeployEvent>>): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2", "prod/db1", "prod/old1");
  await store(w.log, "hd.req.bob.prod.all", { revision: "main", id: "req-1" });
  const started = { status: "started", ...about } as const;
  await storeResponse(w.log, event("web1", { status: "accepted", ...about }));
  await storeResponse(w.log, event("web1", { ...started, phase: "build" }));
  await storeResponse(w.log, event("web2", { ...started, phase: "activate" }));
  await storeResponse(w.log, completed("old1", about));
  for (const [name, answer] of Object.entries(answers)) {
    await serveBy(w.log, `prod/${name}`, (verb) => (verb === "cancel" ? [answer] : []));
  }
  return w;
};

const cancelled = (name: string, changes: Partial<DeployEvent> = {}) => applied(name, "cancel", changes);
const late = (name: string, changes: Partial<DeployEvent> = {}) =>
  refused(name, "too_late", { control: "cancel", ...changes });

test("each host says what it did, and a host that was not to be stopped makes it exit 1", async () => {
  const answers = { web1: cancelled("web1"), web2: late("web2"), db1: cancelled("db1"), old1: late("old1") };
  const w = await fleet(answers);
  assert.is(await w.hd("cancel", "req-1", "--reason", "wrong branch"), 1);
  assert.fixture(
    screen(w.err()),
    `cancelling request req-1 of bob on prod/all (web1, web2, db1 and old1), as alice
request ID for prod/all is in the log, at 6
`,
  );
  assert.fixture(
    w.out(),
    `db1: cancelled before it began
old1: had ended before: completed
web1: cancelled while it built
web2: too late, it is being activated
`,
  );
  const sent = w.log.records[5];
  assert.is(sent?.subject, "hd.req.alice.prod.all.cancel");
  const { id, ...body } = JSON.parse(sent?.body ?? "");
  assert.equal(body, { request: "req-1", reason: "wrong branch" });
});

test("exit 0 when every host that had it was cancelled; one that had ended had nothing to cancel", async () => {
  const answers = { web1: cancelled("web1"), web2: cancelled("web2"), db1: cancelled("db1"), old1: late("old1") };
  const w = await fleet(answers);
  assert.is(await w.hd("cancel", "req-1", "-o", "json"), 0);
  assert.is(w.err(), "");
  const { kind, exit_code, requests } = JSON.parse(w.out());
  assert.equal(
    [kind, exit_code, requests[0].verb, requests[0].request],
    ["Control", 0, "cancel", { request: "req-1" }],
  );
  assert.equal(
    requests[0].hosts.map(({ host, result, outcome }: Record<string, { verdict: string }>) => [
      host,
      result,
      outcome?.verdict,
    ]),
    [
      ["web1", "applied", "done"],
      ["web2", "applied", "done"],
      ["db1", "applied", "done"],
      ["old1", "rejected", "done"],
    ],
  );
});

test("what the host says of the phase is newer than what was read before", async () => {
  const web1 = late("web1", { phase: "verify" });
  const web2 = late("web2", { phase: "rollback" });
  const db1 = late("db1", { message: "db1 has ended it" });
  const w = await fleet({ web1, web2, db1, old1: late("old1") });
  assert.is(await w.hd("cancel", "req-1"), 1);
  assert.match(w.out(), "web1: too late, it is activated and is being verified\n");
  assert.match(w.out(), "web2: too late, it is being rolled back\n");
  assert.match(w.out(), "db1: too late: db1 has ended it\n");
});

test("a host goes on while the cancel is on its way, and what is said is how far it came", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  await store(w.log, "hd.req.bob.prod.all", { revision: "main", id: "req-1" });
  for (const name of ["web1", "web2"]) {
    await storeResponse(w.log, event(name, { status: "started", phase: "resolve", ...about }));
  }
  const meanwhile = {
    web1: event("web1", { status: "started", phase: "activate", ...about }),
    web2: completed("web2", about),
  };
  for (const name of ["web1", "web2"] as const) {
    await serveBy(w.log, `prod/${name}`, (verb) => {
      if (verb !== "cancel") return [];
      void storeResponse(w.log, meanwhile[name]);
      return [late(name)];
    });
  }
  assert.is(await w.hd("cancel", "req-1"), 1);
  assert.is(w.out(), "web1: too late, it is being activated\nweb2: too late, it has just ended: completed\n");
});

test("a refusal for another reason is told whole", async () => {
  const web1 = refused("web1", "unauthorized", { message: "carol may not do this" });
  const w = await fleet({ web1, web2: cancelled("web2"), db1: cancelled("db1"), old1: late("old1") });
  assert.is(await w.hd("cancel", "req-1"), 1);
  assert.match(w.out(), "web1: refused: unauthorized (the requester may not do this): carol may not do this\n");
});

test("a host that is away reads the cancel before the request", async () => {
  const w = await fleet({ web1: cancelled("web1"), web2: cancelled("web2"), old1: late("old1") });
  assert.is(await w.hd("cancel", "req-1"), 7);
  assert.match(w.out(), "db1: away; it reads the cancel when it returns, before the request itself\n");
  assert.match(screen(w.out()), /return to it with: hd watch ID\n$/);
});

test("exit 7 at the deadline", async () => {
  const w = await fleet({ web2: cancelled("web2"), db1: cancelled("db1"), old1: late("old1") });
  await serveBy(w.log, "prod/web1", () => []);
  assert.is(await w.hd("cancel", "req-1", "--timeout", "1s"), 7);
  assert.match(w.out(), "web1: has not answered yet\n");
});

test("what does not exist, has ended everywhere, or is no deployment is refused before anything is sent", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  await store(w.log, "hd.req.bob.prod.all", { revision: "main", id: "req-1" });
  const failed = { status: "failed", error: errorCode("build_failed"), ...about } as const;
  await storeResponse(w.log, event("web1", failed));
  await storeResponse(w.log, completed("web2", about));
  await store(w.log, "hd.req.bob.prod.all.freeze", { reason: "holidays", id: "req-2" });
  await store(w.log, "hd.req.bob.prod.gone", { revision: "main", id: "req-3" });
  const stored = w.log.records.length;
  const refusals = [
    ["req-7", 2, "The log holds no request with the id req-7. See the newest with: hd history"],
    ["req-1", 1, "Request req-1 has ended on all its hosts (web1 failed and web2 completed), so nothing was sent."],
    ["req-1", 1, "hd show req-1 --as carol, and the newest requests: hd history --as carol"],
    [
      "req-2",
      2,
      "Request req-2 is the freeze of prod/all and no deployment. Lift it with: hd unfreeze prod/all --as carol",
    ],
    ["req-3", 2, "No host serves prod/gone any more, so nothing was sent."],
  ] as const;
  for (const [id, exit, message] of refusals) {
    const before = w.err().length;
    assert.is(await w.hd("cancel", id, "--as", "carol"), exit, id);
    assert.match(w.err().slice(before), message);
  }
  assert.is(w.log.records.length, stored);
});

test("one that cannot be cancelled stops all", async () => {
  const w = await fleet({});
  const stored = w.log.records.length;
  assert.is(await w.hd("cancel", "req-1", "req-7"), 2);
  assert.is(w.log.records.length, stored);
});

test("a request in spite of a freeze is cancelled at its own address", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.req.bob.prod.web1.override", { revision: "main", id: "req-1", reason: "CVE" });
  await serveBy(w.log, "prod/web1", (verb) => (verb === "cancel" ? [cancelled("web1")] : []));
  assert.is(await w.hd("cancel", "req-1"), 0);
  assert.is(w.log.records[1]?.subject, "hd.req.alice.prod.web1.cancel");
});

test("--detach prints the cancel's own id", async () => {
  const w = await fleet({});
  assert.is(await w.hd("cancel", "req-1", "--detach"), 0);
  assert.is(w.out(), `${JSON.parse(w.log.records.at(-1)?.body ?? "").id}\n`);
  assert.match(screen(w.err()), "sent; the hosts answer by themselves. Watch it with: hd watch ID\n");
});

test("as JSON lines", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.req.bob.prod.web1", { revision: "main", id: "req-1" });
  await serveBy(w.log, "prod/web1", (verb) => (verb === "cancel" ? [cancelled("web1")] : []));
  assert.is(await w.hd("cancel", "req-1", "-o", "ndjson"), 0);
  const lines = w
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.equal(
    lines.map(({ type, status, kind }) => [type, status, kind].join(" ").trim()),
    ["request", "response applied", "result  Control"],
  );
});

test("hd watch returns to a cancel, and says the same", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.req.bob.prod.web1", { revision: "main", id: "req-1" });
  await storeResponse(w.log, event("web1", { status: "started", phase: "build", ...about }));
  await store(w.log, "hd.req.alice.prod.web1.cancel", { request: "req-1", id: "req-2" });
  const cancel = { id: requestId("req-2"), request_seq: 3 };
  await storeResponse(w.log, cancelled("web1", cancel));
  const by = { cancelled_by: requester("alice"), error: errorCode("cancelled"), phase: "build" } as const;
  await storeResponse(w.log, event("web1", { status: "failed", ...about, ...by }));
  assert.is(await w.hd("watch", "req-2"), 0);
  assert.is(w.out(), "web1: cancelled while it built\n");
  assert.is(w.err(), "");
});

test("Ctrl-C leaves the request in the log", async () => {
  const w = await fleet({ web2: cancelled("web2"), db1: cancelled("db1"), old1: late("old1") });
  await serveBy(w.log, "prod/web1", () => []);
  const done = w.hd("cancel", "req-1");
  await w.waiting();
  w.interrupt();
  assert.is(await done, 130);
  assert.match(
    screen(w.err()),
    /Stopped watching; the request stays in the log\. Return to it with:\n {2}hd watch ID\n$/,
  );
});

test.run();
