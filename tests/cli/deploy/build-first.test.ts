/** `hd deploy --build-first`: nothing is sent to hosts before all of them are built. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Stored } from "../../../lib/router/ports.ts";
import { commit } from "../../support/fixtures.ts";
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
import { completed, enrol, event, serve } from "../support/fleet.ts";
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
  console.log(screen(w.err()) + screen(w.out()));
});

test("several targets: exactly their hosts are built in one request", async () => {
  const w = await fleet();
  assert.is(await w.hd("deploy", "prod/role/web", "prod/db1", "--build-first", "nixos", "-r", "v1"), 0);
  const [build, ...deployments] = requests(w);
  assert.is(build?.subject, "hd.req.alice.build.nixos.all");
  assert.equal([bodyOf(build)["revision"], bodyOf(build)["hosts"]], ["v1", ["web1", "web2", "db1"]]);
  assert.equal(
    deployments.map((one) => [one.subject, bodyOf(one)["revision"]]),
    [
      ["hd.req.alice.prod.role.web", commit("3")],
      ["hd.req.alice.prod.db1", commit("3")],
    ],
  );
});

test("one host that is not built stops all", async () => {
  const w = await fleet(["db1"]);
  assert.is(await w.hd("deploy", "prod/all", "--build-first", "nixos"), 1);
  assert.is(requests(w).length, 1);
  console.log(screen(w.err()) + screen(w.out()));
});

test.run();
