/** `hd deploy --build-first`: nothing is sent to hosts before all of them are built. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Address } from "../../../lib/contract/address.ts";
import type { Stored } from "../../../lib/router/ports.ts";
import { commit, fit } from "../../support/fixtures.ts";
import {
  accepted,
  building,
  built,
  done,
  ended,
  free,
  notBuilt,
  refusedBuild,
  resolving,
  serveBuilds,
  withBuilders,
} from "../support/builder.ts";
import { buildFailed, completed, enrol, enrolled, event, identity, serve } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/deploy --build-first");

/** A builder that builds whatever hosts it is asked for. */
const fleet = async (failing: readonly string[] = []): Promise<World> => {
  const w = world({ around: withBuilders(free) });
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/db1");
  for (const host of ["web1", "web2", "db1"])
    await serve(w.log, `prod/${host}`, event(host, { status: "accepted" }), completed(host));
  await serveBuilds(w.log, (target, { hosts = [target] }) => {
    const all = hosts.map((host) => (failing.includes(host) ? notBuilt(host) : built(host)));
    return [accepted, resolving, building(all.length), ...all.map((host) => done(host)), ended(...all)];
  });
  return w;
};

const requests = ({ log }: World): readonly Stored[] =>
  log.records.filter(({ subject }) => subject.startsWith("hd.req."));

const bodyOf = (stored: Stored | undefined): Record<string, unknown> => JSON.parse(stored?.body ?? "{}");

test("one host: it is built as such, and deployed at the commit that was built", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos", "--reason", "certs"), 0);
  const [build, deployment, ...more] = requests(w);
  assert.equal(more, []);
  assert.is(build?.subject, "hd.req.alice.build.nixos.web1");
  assert.is(deployment?.subject, "hd.req.alice.prod.web1");
  const asked = bodyOf(build);
  assert.equal([asked["revision"], asked["hosts"], asked["reason"]], ["main", undefined, "certs"]);
  const sent = bodyOf(deployment);
  assert.equal([sent["revision"], sent["build_request"]], [commit("3"), asked["id"]]);
  assert.fixture(
    screen(w.err()),
    `deploying main (switch) to prod/web1, as alice
building main of nixos/web1, as alice
request ID for nixos/web1 is in the log, at 1
12:00:01Z  nixos/web1  accepted     forge takes it
12:00:02Z  nixos/web1  resolve      asking the remote what main is
12:00:03Z  nixos/web1  build        1 hosts are to be built
12:00:04Z  web1        built        web1 is built
12:00:05Z  nixos/web1  completed    1 of 1 hosts are built
nixos/web1 is built at 3333333333333333333333333333333333333333: that is what is deployed
request ID for prod/web1 is in the log, at 7
12:00:07Z  web1  accepted     web1: accepted
12:00:08Z  web1  completed    web1 runs what was built
`,
  );
  const shown = w.out().length;
  assert.is(await w.hd("history"), 0);
  assert.match(w.out().slice(shown), `built in ${asked["id"]}: certs`);
});

test("several targets: exactly their hosts are built in one request, and each is sent to by itself", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/role/web", "prod/db1", "--build-first", "nixos", "-r", "v1"), 0);
  const [build, ...deployments] = requests(w);
  assert.is(build?.subject, "hd.req.alice.build.nixos.all");
  assert.equal([bodyOf(build)["revision"], bodyOf(build)["hosts"]], ["v1", ["web1", "web2", "db1"]]);
  assert.equal(
    deployments.map((one) => [one.subject, bodyOf(one)["revision"], bodyOf(one)["build_request"]]),
    ["web1", "web2", "db1"].map((host) => [`hd.req.alice.prod.${host}`, commit("3"), bodyOf(build)["id"]]),
  );
  assert.match(w.err(), "once they are built, each host is sent to by itself: who joins meanwhile gets nothing");
});

test("a host that joins while others are built gets nothing", async () => {
  for (const target of ["prod/all", "prod/role/web", "prod/web1"]) {
    const w = world({ around: withBuilders(free) });
    enrol(w.log, "prod/web1:web");
    await serve(w.log, "prod/web1", event("web1", { status: "accepted" }), completed("web1"));
    await serveBuilds(w.log, () => {
      enrol(w.log, "prod/web9:web");
      return [accepted, building(1), ended(built("web1"))];
    });
    assert.is(await w.hd("deploy", target, "--build-first", "nixos"), 0);
    assert.equal(
      requests(w).map(({ subject }) => subject),
      ["hd.req.alice.build.nixos.web1", "hd.req.alice.prod.web1"],
    );
  }
});

test("one of several hosts that fails makes it fail", async () => {
  const w = await fleet();
  w.log.enrol(identity("prod/web3"), enrolled("prod/web3").addresses);
  await serve(w.log, "prod/web3", event("web3", { status: "accepted" }), buildFailed("web3"));
  assert.is(await w.hd("deploy", "prod/all", "--build-first", "nixos"), 1);
  assert.match(w.out(), /web3 +failed/);
  assert.match(w.out(), /web1 +completed/);
});

test("an address of the host's own will do in any form, and in the tier that was asked", async () => {
  const w = world({ around: withBuilders(free) });
  const addresses = ["deploy.a.web1", "deploy.prod.all", "deploy.prod.rack1.web1"].map((one) => fit(Address, one));
  w.log.enrol(identity("prod/web1"), addresses);
  await serveBuilds(w.log, () => [accepted, building(1), ended(built("web1"))]);
  await w.hd("deploy", "prod/all", "--build-first", "nixos", "--timeout", "1s");
  assert.is(requests(w)[1]?.subject, "hd.req.alice.prod.rack1.web1");
});

test("a host that has no address of its own stops all before anything is asked", async () => {
  for (const own of [
    ["deploy.prod.all"],
    ["deploy.prod.all", "deploy.prod.role.web9"],
    ["deploy.prod.all", "deploy.x.web9"],
  ]) {
    const w = world({ around: withBuilders(free) });
    enrol(w.log, "prod/web1");
    w.log.enrol(
      identity("prod/web9"),
      own.map((one) => fit(Address, one)),
    );
    assert.is(await w.hd("deploy", "prod/all", "--build-first", "nixos"), 2);
    assert.equal(w.log.records, []);
    assert.match(
      w.err(),
      "Nothing was sent: --build-first sends to each host by itself, and no address there is that of web9 alone",
    );
  }
});

const bad: readonly (readonly [what: string, responses: Parameters<typeof serveBuilds>[1], says: string])[] = [
  [
    "one host that is not built",
    () => [accepted, building(3), ended(notBuilt("db1"), built("web1"), built("web2"))],
    "nixos/all was not built.",
  ],
  [
    "a builder that refuses",
    () => [refusedBuild("invalid_request", "forge builds nothing from nixs; it knows nixos")],
    "nixos/all was not built.",
  ],
  [
    "a builder that left one out",
    () => [accepted, building(2), ended(built("web1"), built("web2"))],
    "the builder did not say that every host is built",
  ],
  [
    "a builder that names no commit",
    () => {
      const { commit: _, ...rest } = ended(built("db1"), built("web1"), built("web2"));
      return [accepted, rest];
    },
    "the builder did not say that every host is built",
  ],
];

for (const [what, responses, says] of bad) {
  test(`${what} stops all, and that is said`, async () => {
    const w = world({ around: withBuilders(free) });
    enrol(w.log, "prod/web1", "prod/web2", "prod/db1");
    await serveBuilds(w.log, responses);
    assert.is(await w.hd("deploy", "prod/all", "--build-first", "nixos"), 1);
    assert.is(requests(w).length, 1);
    assert.match(w.err(), "error: Nothing was deployed: ");
    assert.match(w.err(), says);
  });
}

test("a builder that built another commit than the one that was asked for stops all", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos", "-r", commit("4")), 1);
  assert.is(requests(w).length, 1);
  assert.match(w.err(), "Nothing was deployed: the builder did not say that every host is built at the commit");
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos", "-r", commit("3")), 0);
});

test("a build that takes longer than is watched goes on, and nothing is deployed", async () => {
  const w = world({ around: withBuilders(free) });
  enrol(w.log, "prod/web1");
  await serveBuilds(w.log, () => [accepted, resolving, building(1)]);
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos", "--timeout", "1s"), 7);
  assert.is(requests(w).length, 1);
  const { id } = bodyOf(requests(w)[0]);
  assert.match(w.err(), `Nothing was deployed: nixos/web1 is not built yet. Return to the build with: hd watch ${id}`);
  assert.match(w.err(), `deploy it with --revision ${commit("3")}`);
});

test("Ctrl-C while it builds stops all of it but the build", async () => {
  const w = world({ around: withBuilders(free) });
  enrol(w.log, "prod/web1");
  await serveBuilds(w.log, () => [accepted]);
  const running = w.hd("deploy", "prod/web1", "--build-first", "nixos");
  await w.waiting();
  w.interrupt();
  assert.is(await running, 130);
  assert.is(requests(w).length, 1);
  assert.match(w.err(), "Nothing was deployed: you stopped before nixos/web1 was built.");
});

test("where there can be no builder, nothing is sent at all", async () => {
  const w = world({ around: withBuilders(undefined) });
  enrol(w.log, "prod/web1");
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos"), 5);
  assert.equal(w.log.records, []);
  assert.match(w.err(), "Nothing was sent: the log keeps no place for builders");
});

test("bad input is refused before anything is asked", async () => {
  for (const words of [
    ["--build-first", "nixos", "--detach"],
    ["--build-first", "a.b"],
    ["--build-first", "nixos", "-r", "--x"],
    ["--build-first="],
  ]) {
    const w = world({ around: withBuilders(free) });
    enrol(w.log, "prod/web1");
    assert.is(await w.hd("deploy", "prod/web1", ...words), 2, words.join(" "));
    assert.equal(w.log.records, []);
  }
});

test("as JSON it is one document, and the request says which build it was", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/web1", "--build-first", "nixos", "-o", "json"), 0);
  const { kind, requests: sent } = JSON.parse(w.out());
  assert.equal([kind, sent[0].request.build_request], ["Deployment", bodyOf(requests(w)[0])["id"]]);
  assert.is(w.err(), "");
  const failing = await fleet(["web1"]);
  assert.is(await failing.hd("deploy", "prod/web1", "--build-first", "nixos", "-o", "json"), 1);
  assert.equal([JSON.parse(failing.out()).kind, JSON.parse(failing.err()).error.code], ["Build", "build_failed"]);
});

test.run();
