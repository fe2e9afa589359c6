/** `hd build`: what is sent, what is shown, and how it ends. */
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import {
  accepted,
  buildEvent,
  building,
  built,
  done,
  ended,
  free,
  notBuilt,
  refusedBuild,
  resolving,
  serveBuilds,
  storeBuild,
  withBuilders,
} from "../support/builder.ts";
import { screen, type World, type WorldOptions, world } from "../support/world.ts";

const test = suite("cli/build");

const [web1, db1] = [built("web1"), notBuilt("db1")];
const tail = { log_tail: ["building…", "error: attribute 'nginxx' missing"] as never };
const oneFails = [accepted, resolving, building(2), done(web1), done(db1, tail), ended(db1, web1)];

const serving = async (
  said: readonly Parameters<typeof buildEvent>[0][],
  options: WorldOptions = {},
): Promise<World> => {
  const w = world({ around: withBuilders(free), ...options });
  await serveBuilds(w.log, () => said);
  return w;
};

const bodies = ({ log }: World) =>
  log.records.filter(({ subject }) => subject.startsWith("hd.req.")).map(({ body }) => JSON.parse(body));

test("every step is a line, and the table has each host, with the output of what failed", async () => {
  const w = await serving(oneFails);
  assert.is(await w.hd("build", "nixos"), 1);
  assert.fixture(
    screen(w.err()),
    `building main of nixos/all, as alice
request ID for nixos/all is in the log, at 1
12:00:01Z  nixos/all  accepted     forge takes it
12:00:02Z  nixos/all  resolve      asking the remote what main is
12:00:03Z  nixos/all  build        2 hosts are to be built
12:00:04Z  web1       built        web1 is built
12:00:05Z  db1        failed       db1 is failed
12:00:06Z  nixos/all  failed       1 of 2 hosts failed
`,
  );
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT  CLOSURE                     DURATION  MESSAGE
web1  built   00000000-nixos-system-web1  4s
db1   failed                              1s        error: attribute 'nginxx' missing

nixos/all: main is 3333333333333333333333333333333333333333

db1 failed: build_failed (the configuration did not evaluate or build)
  error: attribute 'nginxx' missing
  last 2 lines of its output:
  | building…
  | error: attribute 'nginxx' missing

  details: hd show ID
`,
  );
});

test("only when every host is built it is exit 0", async () => {
  const whole = await serving([accepted, building(1), ended(web1)]);
  assert.is(await whole.hd("build", "nixos/web1"), 0);
  const odd = await serving([
    accepted,
    building(2),
    { ...ended(web1), results: [web1, built("db1", { outcome: "skipped" })] },
  ]);
  assert.is(await odd.hd("build", "nixos"), 1);
  const other = await serving([accepted, ended(built("web2"))]);
  assert.is(await other.hd("build", "nixos/web1"), 1);
});

test("targets in every form, each once; options go into the request", async () => {
  const w = await serving([]);
  const targets = ["nixos", "build.nixos.all", "nixos/web1", "other/all"];
  assert.is(await w.hd("build", ...targets, "--branch", "v1", "--reason", "update", "--expires", "90s", "--detach"), 0);
  assert.equal(
    w.log.records.map(({ subject }) => subject),
    ["all", "web1"].map((target) => `hd.req.alice.build.nixos.${target}`).concat("hd.req.alice.build.other.all"),
  );
  const [{ id, ...body }] = bodies(w);
  assert.equal(body, { revision: "v1", reason: "update", expires_at: "2026-01-31T12:02:30.000Z" });
  assert.equal(w.out().split("\n")[0], id);
  assert.match(screen(w.err()), "hd watch ID ID ID\n");
  const some = await serving([]);
  assert.is(await some.hd("build", "nixos", "--host", "web1", "--host", "db1", "--host", "web1", "--detach"), 0);
  assert.equal(bodies(some)[0].hosts, ["web1", "db1"]);
});

test("without a builder that is said, and not waited for", async () => {
  const w = world({ around: withBuilders({ present: false, pending: 0 }) });
  assert.is(await w.hd("build", "nixos/web1"), 7);
  assert.match(
    w.err(),
    "no builder is there: the request waits in the log for 1h (until 13:01:00Z); a builder that comes",
  );
  assert.match(w.out(), /^web1 +unreachable +no builder is there$/m);
  assert.match(screen(w.out()), "return to it with: hd watch ID\n");
});

test("where there is no place for builders nothing is sent", async () => {
  const w = world({ around: withBuilders(undefined) });
  assert.is(await w.hd("build", "nixos/web1", "-o", "json"), 5);
  assert.match(JSON.parse(w.err()).error.message, "Nothing was sent: the log keeps no place for builders");
  assert.equal(w.log.records, []);
});

test("behind another build it is said at once behind which", async () => {
  const w = world({ around: withBuilders({ present: true, pending: 1 }) });
  await storeBuild(w.log, buildEvent(building(9)));
  assert.is(await w.hd("build", "nixos/web1", "--timeout", "1s"), 7);
  assert.match(screen(w.err()), "waits behind nixos/all (request ID): the request waits in the log");
});

test("a builder that ended in the middle is not called busy, neither for its build nor for another", async () => {
  const w = world({ around: withBuilders({ present: false, pending: 1 }) });
  await storeBuild(w.log, buildEvent(building(9)));
  assert.is(await w.hd("build", "nixos/web1"), 7);
  assert.match(w.err(), "no builder is there: the request waits in the log");
});

test("a builder that refuses is told whole", async () => {
  const w = await serving([refusedBuild("invalid_request", "forge builds nothing from nixs; it knows nixos.")]);
  assert.is(await w.hd("build", "nixs/web1"), 1);
  assert.match(
    w.out(),
    "nixs/web1 rejected: invalid_request (the request does not fit the contract)\n  forge builds nothing",
  );
});

test("what is not done when the time is up goes on", async () => {
  const w = await serving([accepted, building(3), done(web1)]);
  assert.is(await w.hd("build", "nixos", "--timeout", "1s"), 7);
  assert.fixture(
    screen(w.out()),
    `HOST    RESULT   CLOSURE                     DURATION  MESSAGE
2 more  running                                        still running: web1 is built
web1    built    00000000-nixos-system-web1  4s

nixos/all: main is 3333333333333333333333333333333333333333

nixos/all: the build goes on
return to it with: hd watch ID
`,
  );
});

test("Ctrl-C only stops the watching", async () => {
  const w = await serving([accepted]);
  const running = w.hd("build", "nixos");
  await w.waiting();
  w.interrupt();
  assert.is(await running, 130);
  assert.match(screen(w.err()), "Stopped watching, which stops no build. Return to it with:\n  hd watch ID\n");
  assert.is(w.out(), "");
});

test("-o json is one document, -o ndjson a line for each event", async () => {
  const w = await serving(oneFails);
  assert.is(await w.hd("build", "nixos", "-o", "json"), 1);
  assert.is(w.err(), "");
  const { kind, exit_code, requests } = JSON.parse(w.out());
  const [{ result, commit, total, hosts }] = requests;
  assert.equal([kind, exit_code, result, commit, total], ["Build", 1, "failed", "3".repeat(40), 2]);
  assert.equal(
    hosts.map(({ host, outcome, log_tail }: Record<string, unknown>) => [host, outcome, log_tail ?? null]),
    [
      ["db1", "failed", tail.log_tail],
      ["web1", "built", null],
    ],
  );
  const lines = await serving([accepted, building(1), ended(web1)]);
  assert.is(await lines.hd("build", "nixos/web1", "-o", "ndjson"), 0);
  const types = lines
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text).type);
  assert.equal(types, ["request", "response", "response", "response", "result"]);
});

test("bad input is refused before anything is asked of NATS", async () => {
  for (const words of [
    [],
    ["nixos/web1/x"],
    ["nixos/role"],
    ["nix os"],
    ["../x"],
    ["nixos", "-r", "--x"],
    ["nixos", "-r", "main;rm"],
    ["nixos", "-r", "a", "--branch", "b"],
    ["nixos/web1", "--host", "web2"],
    ["nixos", "--host", "a.b"],
    ["nixos", "--timeout", "0"],
    ["nixos", "--hosts", "web1"],
    ["nixos", "--reason", "\u001b[2J"],
  ]) {
    const w = await serving([]);
    assert.is(await w.hd("build", ...words), 2, words.join(" "));
    assert.equal([w.connections, w.log.records], [[], []], words.join(" "));
  }
});

test("when a request cannot be stored, no more are sent, and those that were are told", async () => {
  let count = 0;
  const around: WorldOptions["around"] = (bus) => {
    const append: typeof bus.log.append = (...about) => {
      count += 1;
      return count === 1 ? bus.log.append(...about) : left(failure("unaudited", "The log is full."));
    };
    return withBuilders(free)({ ...bus, log: { ...bus.log, append } });
  };
  const w = world({ around });
  assert.is(await w.hd("build", "nixos/web1", "nixos/web2", "nixos/db1"), 5);
  assert.match(
    screen(w.err()),
    "error: The log is full. Requests that were sent before it go on; return to them with: hd watch ID\n",
  );
  assert.is(count, 2);
});

test("on a terminal it is a live picture", async () => {
  const size = () => ({ columns: 100, rows: 24 });
  let drawn = "";
  const write = (text: string): void => {
    drawn += text;
  };
  const stderr = { write, isTTY: true, size };
  const w = await serving(oneFails, { stderr });
  assert.is(await w.hd("build", "nixos"), 1);
  assert.match(drawn, "nixos/all");
  assert.match(drawn, "2 of 2 ended");
});

test("hd show has everything, and hd watch returns to it", async () => {
  const w = await serving(oneFails);
  await w.hd("build", "nixos", "--reason", "update");
  const { id } = bodies(w)[0];
  const out = w.out().length;
  assert.is(await w.hd("show", id), 0);
  assert.fixture(
    screen(w.out().slice(out)),
    `build ID
  target      nixos/all (build.nixos.all)
  requester   alice
  sent        2026-01-31 12:00:00Z (1 min ago), at 1 in the log
  revision    main
  reason      update
  expires     2026-01-31 13:01:00Z

forge: failed: build_failed (9s)
  12:00:01Z  accepted   forge takes it
  12:00:02Z  resolve    asking the remote what main is
  12:00:03Z  build      2 hosts are to be built
  12:00:06Z  failed     1 of 2 hosts failed
  commit      3333333333333333333333333333333333333333

db1: failed: build_failed (1s)
  because     build_failed (the configuration did not evaluate or build)
  error: attribute 'nginxx' missing
  last 2 lines of its output:
  | building…
  | error: attribute 'nginxx' missing

web1: built (4s)
  closure     /nix/store/00000000000000000000000000000000-nixos-system-web1
`,
  );
  assert.is(await w.hd("watch", id), 1);
  assert.is(await w.hd("show", id, "-o", "json"), 0);
  for (const command of ["cancel", "replay"]) {
    assert.is(await w.hd(command, id), 2);
    assert.match(w.err(), `Request ${id} is the build of nixos/all and no deployment. See it: hd show ${id}`);
  }
});

test.run();
