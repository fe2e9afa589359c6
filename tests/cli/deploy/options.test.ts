/** What `hd deploy` may be told of a rollback, of units, of a freeze and of hosts that are away. */
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { completed, enrol, refused, serve, store } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/deploy/options");

const fleet = async (changes: Parameters<typeof world>[0] = {}): Promise<World> => {
  const w = world(changes);
  enrol(w.log, "prod/web1:web", "prod/away1");
  await serve(w.log, "prod/web1", completed("web1"));
  return w;
};

const sent = ({ log }: World) => log.records.filter(({ body }) => "revision" in JSON.parse(body));
const asked = (w: World) => sent(w).filter(({ subject }) => subject.startsWith("hd.req."));

test("no rollback and units that may fail stand in the request", async () => {
  const w = await fleet();
  const units = ["--tolerate-unit", "nginx.service", "--tolerate-unit", "backup-*"];
  assert.is(await w.hd("deploy", "prod/web1", "--no-rollback", ...units), 0);
  const { rollback, tolerate_units } = JSON.parse(asked(w)[0]?.body ?? "");
  assert.equal([rollback, tolerate_units], [false, ["nginx.service", "backup-*"]]);
});

test("a unit that is none is refused before anything is asked of NATS", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--tolerate-unit", "a b"), 2);
  assert.match(w.err(), "--tolerate-unit must be a unit of systemd, such as nginx.service");
  assert.equal(w.connections, []);
});

test("in spite of a freeze: with a reason, and behind the address", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--override-freeze"), 2);
  assert.match(w.err(), "--override-freeze needs --reason");
  assert.is(await w.hd("deploy", "prod/web1", "--override-freeze", "--reason", " "), 2);
  assert.equal(w.connections, []);
  assert.is(await w.hd("deploy", "prod/web1", "--override-freeze", "--reason", "CVE"), 0);
  assert.is(asked(w)[0]?.subject, "hd.req.alice.prod.web1.override");
});

test("without a queue nothing is sent where a host is away", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/all", "--no-queue"), 5);
  assert.is(
    w.err(),
    "error: Nothing was sent: away1 is away, and with --no-queue nothing waits in the log. Deploy without --no-queue, or see who is there: hd hosts\n",
  );
  assert.equal(w.log.records, []);
  const other = await fleet();
  assert.is(await other.hd("deploy", "prod/all", "--no-queue", "-o", "json"), 5);
  assert.is(JSON.parse(other.err()).error.code, "unreachable");
});

test("without a queue a host that leaves in between does not run it later", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--no-queue"), 0);
  assert.is(JSON.parse(asked(w)[0]?.body ?? "").expires_at, "2026-01-31T12:01:30.000Z");
});

test("no queue and a time to wait contradict each other", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--no-queue", "--expires", "2h"), 2);
  assert.match(w.err(), "--no-queue and --expires contradict each other");
  assert.equal(w.connections, []);
});

const warned = (w: World): string => w.err().split("\n").slice(1, -1).join("\n");

test("a freeze that the log knows of is told before anything is sent", async () => {
  const w = await fleet();
  await store(w.log, "hd.req.bob.prod.all.freeze", { reason: "holidays", until: "2026-02-01T00:00:00Z" });
  await store(w.log, "hd.req.carol.prod.role.web.freeze", { reason: "migration\nof the database" });
  assert.is(await w.hd("deploy", "prod/web1", "--detach"), 0);
  assert.fixture(
    screen(warned(w)),
    `prod/all is frozen by bob until 2026-02-01 00:00:00Z: holidays
prod/role/web is frozen by carol until it is lifted: migration
the hosts refuse what is frozen; to deploy all the same give --override-freeze and --reason
sent; the deployment goes on by itself. Watch it with: hd watch ID`,
  );
});

test("in spite of a freeze it is told too, with what that means", async () => {
  const w = await fleet();
  await store(w.log, "hd.req.bob.prod.web1.freeze", { reason: "holidays" });
  assert.is(await w.hd("deploy", "prod/web1", "--detach", "--override-freeze", "--reason", "CVE"), 0);
  assert.match(
    warned(w),
    "prod/web1 is frozen by bob until it is lifted: holidays\nit is asked for in spite of that\n",
  );
});

test("what changes nothing is taken during a freeze, and that is said", async () => {
  const w = await fleet();
  await store(w.log, "hd.req.bob.prod.web1.freeze", { reason: "holidays" });
  assert.is(await w.hd("deploy", "prod/web1", "--detach", "--action", "dry-activate"), 0);
  assert.match(warned(w), "holidays\ndry-activate changes nothing, so the hosts take it all the same\n");
});

test("a freeze that was lifted, has ended, is elsewhere or is none is not told", async () => {
  const w = await fleet();
  await store(w.log, "hd.req.bob.prod.all.freeze", { reason: "holidays" });
  await store(w.log, "hd.req.carol.prod.all.unfreeze", {});
  await store(w.log, "hd.req.bob.prod.web1.freeze", { reason: "over", until: "2026-01-31T12:00:59Z" });
  await store(w.log, "hd.req.bob.prod.away1.freeze", { reason: "elsewhere" });
  await store(w.log, "hd.req.bob.prod.role.freeze", { revision: "main" });
  await store(w.log, "hd.req.bob.prod.role.web.freeze", { reason: 7 });
  assert.is(await w.hd("deploy", "prod/web1", "--detach"), 0);
  assert.match(screen(warned(w)), /^sent; /);
});

test("a freeze that comes after it was lifted holds", async () => {
  const w = await fleet();
  await store(w.log, "hd.req.bob.prod.all.unfreeze", {});
  await store(w.log, "hd.req.bob.prod.all.freeze", { reason: "again" });
  assert.is(await w.hd("deploy", "prod/web1", "--detach"), 0);
  assert.match(warned(w), "prod/all is frozen by bob until it is lifted: again\n");
});

test("who may not look for freezes may deploy", async () => {
  const last = () => left(failure("unauthorized", "you may not look"));
  const w = await fleet({ around: (bus) => ({ ...bus, log: { ...bus.log, last } }) });
  assert.is(await w.hd("deploy", "prod/web1"), 0);
});

test("a refusal because of a freeze says how to deploy all the same", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", refused("web1", "frozen", { message: "prod/all is frozen by bob: holidays" }));
  const options = ["--no-rollback", "--tolerate-unit", "backup-*"];
  assert.is(await w.hd("deploy", "prod/web1", ...options), 1);
  assert.match(w.out(), "  again:   hd deploy prod/web1 --revision main --no-rollback --tolerate-unit 'backup-*'\n");
  assert.match(
    w.out(),
    "  anyway:  hd deploy prod/web1 --revision main --no-rollback --tolerate-unit 'backup-*' --override-freeze --reason TEXT\n",
  );
});

test.run();
