/** `hd freeze` and `hd unfreeze`: what is asked for, where it goes, and who obeys. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applied, enrol, refused, serveBy } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/freeze");

/** Two hosts that obey, and one that is away. */
const fleet = async (changes: Parameters<typeof world>[0] = {}): Promise<World> => {
  const w = world(changes);
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/away1");
  for (const name of ["web1", "web2"]) {
    await serveBy(w.log, `prod/${name}`, (verb) =>
      verb === "freeze" || verb === "unfreeze" ? [applied(name, verb)] : [],
    );
  }
  return w;
};

const sent = ({ log }: World) =>
  log.records
    .filter(({ subject }) => subject.startsWith("hd.req."))
    .map(({ subject, body }) => ({ subject, ...JSON.parse(body), id: "ID" }));

test("a tier: who is there obeys, who is away will, and nobody waits for that", async () => {
  const w = await fleet();
  assert.is(await w.hd("freeze", "prod", "--reason", "holidays", "--until", "2h"), 0);
  assert.equal(sent(w), [
    { subject: "hd.req.alice.prod.all.freeze", reason: "holidays", until: "2026-01-31T14:01:00.000Z", id: "ID" },
  ]);
  assert.fixture(
    screen(w.err()),
    `freezing prod/all (web1, web2 and away1) until 2026-01-31 14:01:00Z, as alice
request ID for prod/all is in the log, at 1
`,
  );
  assert.fixture(
    w.out(),
    `away1: away; it obeys when it returns, before it takes anything that waits for it
web1: frozen until 2026-01-31 14:01:00Z
web2: frozen until 2026-01-31 14:01:00Z
`,
  );
});

test("a role, a host and an alias; without an end it lasts until it is lifted", async () => {
  const w = await fleet({ env: { HOMELAB_DEPLOY_ALIAS_THE_WEB: "deploy.prod.role.web" } });
  for (const target of ["prod/role/web", "the-web", "deploy.prod.role.web"]) {
    assert.is(await w.hd("freeze", target, "--reason", "x"), 0);
  }
  assert.is(await w.hd("freeze", "prod/web1", "--reason", "x"), 0);
  assert.equal(
    sent(w).map(({ subject, until }) => [subject, until]),
    [...Array(3).fill(["hd.req.alice.prod.role.web.freeze", undefined]), ["hd.req.alice.prod.web1.freeze", undefined]],
  );
  assert.match(w.out(), /web1: frozen until it is lifted\n$/);
});

test("an alias with the name of a tier is the alias", async () => {
  const w = await fleet({ env: { HOMELAB_DEPLOY_ALIAS_PROD: "deploy.prod.web1" } });
  assert.is(await w.hd("freeze", "prod", "--reason", "x"), 0);
  assert.is(sent(w)[0]?.subject, "hd.req.alice.prod.web1.freeze");
});

test("unfreeze", async () => {
  const w = await fleet();
  assert.is(await w.hd("unfreeze", "prod/role/web", "--reason", "back"), 0);
  assert.equal(sent(w), [{ subject: "hd.req.alice.prod.role.web.unfreeze", reason: "back", id: "ID" }]);
  assert.is(w.out(), "web1: web1: unfreeze\nweb2: web2: unfreeze\n");
  assert.match(w.err(), "lifting the freeze of prod/role/web (web1 and web2), as alice\n");
});

test("a host that refuses makes it exit 1", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serveBy(w.log, "prod/web1", () => [refused("web1", "superseded", { message: "a newer one came first" })]);
  assert.is(await w.hd("freeze", "prod/web1", "--reason", "x"), 1);
  assert.is(w.out(), "web1: refused: superseded (a newer request took its place): a newer one came first\n");
});

test("a tier that nobody is in", async () => {
  const w = await fleet();
  assert.is(await w.hd("freeze", "prdo", "--reason", "x"), 2);
  assert.match(w.err(), "No host serves prdo/all, so nothing was sent. Did you mean prod/all?");
  assert.equal(sent(w), []);
});

for (const [until, message] of [
  ["2026-01-31T12:00:00Z", "--until must be a moment to come; this one is past"],
  ["2026-01-31", "--until must be a moment to come; this one is past"],
  ["0h", "--until must be a moment to come; this one is past"],
  ["yesterday", "--until must be a moment to come; this one is past"],
  ["soon", "--until must be a moment such as 2h, 7d, tomorrow 08:00, friday 17:00, 2026-12-01,"],
  ["999999999999d", "--until must be a moment such as 2h, 7d,"],
  ["2026-02-31T12:00:00Z", 'it is "2026-02-31T12:00:00Z", and there is no such day, or no such time of day'],
] as const) {
  test(`--until ${until}`, async () => {
    const w = await fleet();
    assert.is(await w.hd("freeze", "prod", "--reason", "x", "--until", until), 2);
    assert.match(w.err(), message);
    assert.equal(w.connections, []);
  });
}

test("a moment to come", async () => {
  const w = await fleet();
  for (const until of ["2026-12-01T08:00:00Z", "2026-12-01", "7d"]) {
    assert.is(await w.hd("freeze", "prod", "--reason", "x", "--until", until, "--detach"), 0);
  }
  assert.equal(
    sent(w).map((one) => one.until),
    ["2026-12-01T08:00:00.000Z", "2026-12-01T00:00:00.000Z", "2026-02-07T12:01:00.000Z"],
  );
});

test("a freeze without a reason asks for it", async () => {
  const w = await fleet();
  assert.is(await w.hd("freeze", "prod", "--reason", " "), 2);
  assert.equal(w.connections, []);
  assert.is(await w.hd("freeze", "prod"), 2);
  assert.match(w.err(), "error: --reason is missing; say why, for everybody who is refused: --reason TEXT\n");
});

test("hd watch returns to a freeze", async () => {
  const w = await fleet();
  await w.hd("freeze", "prod/web1", "--reason", "x", "--detach");
  assert.is(await w.hd("watch", w.out().trim()), 0);
  assert.match(w.out(), /\nweb1: frozen until it is lifted\n$/);
});

test.run();
