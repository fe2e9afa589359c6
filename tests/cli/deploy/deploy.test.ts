/** `hd deploy`: whole screens, documents and exit codes, on a log in memory with hosts that answer as they are told. */
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import { storePath } from "../../support/fixtures.ts";
import { buildFailed, completed, enrol, event, serve } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/deploy");

const accepted = (name: string) => event(name, { status: "accepted", message: `${name} takes it` });
const building = (name: string) => event(name, { status: "started", phase: "build", message: `${name} builds` });

/** Two hosts that deploy well, one that does not, and one that is away. */
const fleet = async (changes: Parameters<typeof world>[0] = {}): Promise<World> => {
  const w = world(changes);
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/db1", "prod/away1");
  await serve(w.log, "prod/web1", accepted("web1"), building("web1"), completed("web1"));
  await serve(w.log, "prod/web2", accepted("web2"), building("web2"), completed("web2"));
  await serve(w.log, "prod/db1", accepted("db1"), building("db1"), buildFailed("db1"));
  return w;
};

/** What a request says of a rollback unless it was told otherwise. */
const usual = { rollback: true, tolerate_units: [] };

const bodies = ({ log }: World) =>
  log.records.filter(({ subject }) => subject.startsWith("hd.req.")).map(({ body }) => JSON.parse(body));

test("one host: the way on stderr, the result on stdout", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1"), 0);
  assert.fixture(
    screen(w.err()),
    `deploying main (switch) to prod/web1, as alice
request ID for prod/web1 is in the log, at 1
12:00:01Z  web1  accepted     web1 takes it
12:00:02Z  web1  build        web1 builds
12:00:03Z  web1  completed    web1 runs what was built
`,
  );
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT     COMMIT   GENERATION  DURATION  MESSAGE
web1  completed  3333333  142         48s       web1 runs what was built
`,
  );
  assert.is(w.closed(), 1);
});

test("a failure comes last, with the end of its output and what to do next", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/db1", "prod/web1"), 1);
  assert.fixture(
    screen(w.out()),
    `TARGET     HOST  RESULT     COMMIT   GENERATION  DURATION  MESSAGE
prod/web1  web1  completed  3333333  142         48s       web1 runs what was built
prod/db1   db1   failed     3333333              12s       error: attribute 'nginxx' missing

db1 failed in build: build_failed (the configuration did not evaluate or build)
  error: attribute 'nginxx' missing
  at modules/web.nix:12
  last 2 lines of its output:
  | building…
  | error: attribute 'nginxx' missing
  details: hd show ID
`,
  );
});

test("a refusal that a retry can cure says how to retry", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  const busy = event("web1", { status: "rejected", error: "busy" as never, message: "web1 is at it" });
  await serve(w.log, "prod/web1", { ...busy, action: "boot" });
  assert.is(await w.hd("deploy", "prod/web1", "--action", "boot"), 1);
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT    COMMIT  GENERATION  DURATION  MESSAGE
web1  rejected                                web1 is at it

web1 rejected: busy (another deployment is running on the host)
  web1 is at it
  again:   hd deploy prod/web1 --revision main --action boot
  details: hd show ID
`,
  );
});

test("to ask again is to ask for the same, with its guard and its reason", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  const busy = event("web1", { status: "rejected", error: "busy" as never, message: "web1 is at it" });
  await serve(w.log, "prod/web1", busy);
  const runs = storePath("old");
  await w.hd("deploy", "prod/web1", "--if-current", runs, "--reason", "it's late");
  assert.match(w.out(), `again:   hd deploy prod/web1 --revision main --if-current ${runs} --reason 'it'\\''s late'\n`);
});

test("a host that two targets mean is named, and nothing is sent", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "prod/all"), 2);
  assert.match(w.err(), "Nothing was sent: web1 is meant by both prod/web1 and prod/all");
  assert.equal(w.log.records, []);
});

test("an alias that was mistyped is told with what may have been meant", async () => {
  const w = world({ env: { HOMELAB_DEPLOY_ALIAS_PROD_DNS: "deploy.prod.role.dns" } });
  for (const typed of ["prod_dns", "prod-dn"]) {
    const other = world({ env: w.cli.env });
    assert.is(await other.hd("deploy", typed), 2);
    assert.match(other.err(), "Did you mean the alias prod-dns?");
  }
});

test("a host that is away is named before anything is sent, and not waited for", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/away1"), 7);
  assert.fixture(
    screen(w.err()),
    `deploying main (switch) to prod/away1, as alice
away1 is away: the request waits in the log for 1h (until 13:01:00Z); a host that returns runs the newest request that waits for it, and answers the others with superseded or expired
request ID for prod/away1 is in the log, at 1
12:01:00Z  away1  unreachable  no listener is there
`,
  );
  assert.fixture(
    screen(w.out()),
    `HOST   RESULT       COMMIT  GENERATION  DURATION  MESSAGE
away1  unreachable                                no listener is there

away1: the request waits in the log for 1h (until 13:01:00Z); a host that returns runs the newest request that waits for it, and answers the others with superseded or expired
return to it with: hd watch ID
`,
  );
});

test("what is not done when the time is up goes on", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", accepted("web1"), building("web1"));
  assert.is(await w.hd("deploy", "prod/web1", "--timeout", "1s"), 7);
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT  COMMIT  GENERATION  DURATION  MESSAGE
web1  build                                 still running: web1 builds

web1: the deployment goes on
return to it with: hd watch ID
`,
  );
});

test("what was simulated is said on every screen", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", { ...accepted("web1"), simulated: true }, completed("web1", { simulated: true }));
  assert.is(await w.hd("deploy", "prod/web1"), 0);
  for (const text of [w.err(), w.out()]) assert.match(text, "simulated: a stand-in took the place of Nix");
});

test("options go into the request, and targets that mean the same are one", async () => {
  const w = await fleet({ env: { HOMELAB_DEPLOY_ALIAS_THE_WEB: "prod/role/web" } });
  const words = [
    "deploy",
    "the-web",
    "deploy.prod.role.web",
    "--branch",
    "v1.2",
    "--action",
    "boot",
    "--reason",
    "certs",
  ];
  const store = `/nix/store/${"0".repeat(32)}-system`;
  assert.is(await w.hd(...words, "--expires", "90s", "--if-current", store, "--detach", "--as", "bob"), 0);
  const [body, ...more] = bodies(w);
  assert.equal(more, []);
  assert.equal(
    { ...body, id: "ID" },
    {
      action: "boot",
      revision: "v1.2",
      id: "ID",
      reason: "certs",
      expires_at: "2026-01-31T12:02:30.000Z",
      if_current: store,
      ...usual,
    },
  );
  assert.is(w.log.records[0]?.subject, "hd.req.bob.prod.role.web");
  assert.is(w.connections[0]?.requester, "bob");
});

test("--detach prints the ids and nothing else on stdout", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "prod/web2", "--detach"), 0);
  assert.is(screen(w.out()), "ID\nID\n");
  assert.match(screen(w.err()), "Watch it with: hd watch ID ID\n");
  assert.equal(
    w.out().trim().split("\n"),
    bodies(w).map(({ id }) => id),
  );
});

test("-o json is one document on stdout and nothing on stderr", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/all", "-o", "json", "--timeout", "5s"), 1);
  assert.is(w.err(), "");
  const { apiVersion, kind, exit_code, requests } = JSON.parse(w.out());
  assert.equal([apiVersion, kind, exit_code, requests.length], ["hd/v1", "Deployment", 1, 1]);
  const { hosts, ...request } = requests[0];
  assert.equal(
    { ...request, id: "ID" },
    {
      ...{
        id: "ID",
        request_seq: 1,
        target: "prod/all",
        subject: "deploy.prod.all",
        action: "switch",
        revision: "main",
        verb: null,
        request: { action: "switch", revision: "main", expires_at: "2026-01-31T13:01:00.000Z", ...usual },
      },
      ...{ expires_at: "2026-01-31T13:01:00.000Z", end: "settled", skipped_records: 0 },
    },
  );
  const results = hosts.map((one: { host: string; result: string; last: { error: string } | null }) =>
    [one.host, one.result, one.last?.error ?? null].join(" "),
  );
  assert.equal(results, ["web1 completed ", "web2 completed ", "db1 failed build_failed", "away1 unreachable "]);
});

test("-o ndjson is a line for each event, the result last", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--output=ndjson"), 0);
  const lines = w
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.equal(
    lines.map(({ type, status }) => [type, status].join(" ").trim()),
    ["request", "response accepted", "response started", "response completed", "result"],
  );
  assert.is(lines.at(-1).exit_code, 0);
  assert.is(w.err(), "");
});

test("a target that nobody serves stops everything, and the nearest are named", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "prod/wbe2"), 2);
  assert.is(
    w.err(),
    "error: No host serves prod/wbe2, so nothing was sent. Did you mean prod/web2? See what there is: hd hosts\n",
  );
  assert.equal(w.log.records, []);
});

test("where nobody is enrolled, that is what is said", async () => {
  const w = world();
  assert.is(await w.hd("deploy", "prod/web1", "-ojson"), 2);
  const { error } = JSON.parse(w.err());
  assert.is(error.code, "unknown_target");
  assert.match(error.message, "No host is enrolled yet");
});

test("a bad revision is refused before anything is asked of NATS", async () => {
  for (const revision of [
    "--revision=--option",
    "--revision=main; rm -rf /",
    "--revision=../x",
    `-r=${"a".repeat(300)}`,
  ]) {
    const w = await fleet();
    assert.is(await w.hd("deploy", "prod/web1", revision, "-o", "json"), 2);
    assert.is(JSON.parse(w.err()).error.code, "invalid_revision");
    assert.equal(w.connections, []);
  }
});

test("when a request cannot be stored, no more are sent, and those that were are told", async () => {
  let count = 0;
  const around = (bus: Bus): Bus => {
    const append: Bus["log"]["append"] = (...about) => {
      count += 1;
      return count === 1 ? bus.log.append(...about) : left(failure("unaudited", "The log is full."));
    };
    return { ...bus, log: { ...bus.log, append } };
  };
  const w = await fleet({ around });
  assert.is(await w.hd("deploy", "prod/web1", "prod/web2", "prod/db1"), 5);
  assert.match(
    screen(w.err()),
    "error: The log is full. Requests that were sent before it go on; return to them with: hd watch ID\n",
  );
  assert.is(count, 2);
});

test("nothing is said to wait in the log before it is there", async () => {
  const refused = failure("unauthorized", "You may not publish.");
  const w = world({ around: (bus) => ({ ...bus, log: { ...bus.log, append: () => left(refused) } }) });
  enrol(w.log, "prod/away1");
  assert.is(await w.hd("deploy", "prod/away1"), 4);
  assert.not.match(w.err(), "waits in the log");
});

test("commands that are named speak to the same server in the same name", async () => {
  const options = ["--nats-url", "nats://a", "--as", "bob"] as const;
  const w = world();
  enrol(w.log, "prod/web1");
  assert.is(await w.hd("deploy", "prod/web1", "--detach", ...options), 0);
  assert.match(screen(w.err()), "hd watch ID --nats-url nats://a --as bob\n");
  assert.is(await w.hd("deploy", "prod/web9", ...options), 2);
  assert.match(w.err(), "See what there is: hd hosts --nats-url nats://a --as bob\n");
});

test("failures of the connection have their codes", async () => {
  for (const [code, exit] of [
    ["unreachable", 5],
    ["unauthorized", 4],
    ["unusable_key", 4],
    ["unaudited", 5],
  ] as const) {
    const w = world({ connect: () => left(failure(code, `because of ${code}`)) });
    assert.is(await w.hd("deploy", "prod/web1", "--nats-url", "nats://a"), exit);
    assert.is(w.err(), `error: because of ${code}\n`);
  }
});

test("a log that cannot be read to the end is exit 5, and the deployment goes on", async () => {
  const around = (bus: Bus): Bus => ({
    ...bus,
    log: { ...bus.log, range: () => left(failure("unreachable", "no route")) },
  });
  const w = await fleet({ around });
  assert.is(await w.hd("deploy", "prod/web1", "--timeout", "1s"), 5);
  assert.match(w.err(), "the log cannot be read, trying again: no route\n");
  assert.match(screen(w.out()), "return to it with: hd watch ID\n");
});

test("Ctrl-C stops the watching and says how to return", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", accepted("web1"));
  const done = w.hd("deploy", "prod/web1", "--as", "bob");
  while (!w.err().includes("web1 takes it")) await new Promise(setImmediate);
  w.interrupt();
  assert.is(await done, 130);
  assert.is(w.out(), "");
  assert.match(
    screen(w.err()),
    `Stopped watching; the deployment goes on. Return to it with:
  hd watch ID --as bob
Or end it, as long as it is not activated, with:
  hd cancel ID --as bob
`,
  );
  assert.is(w.closed(), 1);
});

test("Ctrl-C with -o json still gives the document", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  const done = w.hd("deploy", "prod/web1", "-o", "json");
  await w.waiting();
  w.interrupt();
  assert.is(await done, 130);
  assert.is(JSON.parse(w.out()).requests[0].end, "aborted");
});

test.run();
