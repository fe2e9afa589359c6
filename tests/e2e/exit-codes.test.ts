/** `hd` as a process: each exit code it can end a deployment with, and what Ctrl-C does and does not do. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requestId } from "../support/fixtures.ts";
import { startFleet } from "../support/fleet.ts";
import { freePort } from "../support/free-port.ts";
import { gateAt } from "./support/gate.ts";
import type { Environment } from "./support/spawned.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: exit codes");
const fleet = await startFleet(test);
await fleet.listen("lab1");

const hd = async (words: readonly string[], env: Environment = {}) => {
  const { exited, out, err } = fleet.spawn(words, env);
  const { code, signal } = await exited;
  assert.is(signal, null, err());
  return { code, out: out(), err: err() };
};

/** The id that `hd deploy` says it has put into the log. */
const idIn = (said: string) => requestId(/request (\w+) for/.exec(said)?.[1] ?? "");

test("0: every host has completed", async () => {
  const { code, out } = await hd(["deploy", "test/lab1", "-r", "v1"]);
  assert.is(code, 0);
  assert.match(out, /lab1 +completed/);
  await theLogIsTrue(fleet);
});

test("1: a host has failed", async () => {
  assert.is((await hd(["deploy", "test/lab1", "-r", "broken"])).code, 1);
  await theLogIsTrue(fleet);
});

test("2: the command cannot be meant", async () => {
  for (const words of [
    ["deploy"],
    ["deploy", "--no-such-option"],
    ["depoly", "x"],
    ["deploy", "test/lab2"],
    ["watch"],
  ]) {
    const { code, out, err } = await hd(words);
    assert.is(code, 2, err);
    assert.is(out, "");
    assert.ok(err !== "");
  }
  await theLogIsTrue(fleet);
});

test("4: the key does not allow it", async () => {
  const { code, err } = await hd(["deploy", "prod/web1", "-r", "v1"], fleet.env("bob"));
  assert.is(code, 4);
  assert.match(err, "may not publish");
  await theLogIsTrue(fleet);
});

test("5: there is no server", async () => {
  const url = `nats://127.0.0.1:${await freePort()}`;
  const { code, err } = await hd(["deploy", "test/lab1"], { HOMELAB_DEPLOY_NATS_URL: url });
  assert.is(code, 5);
  assert.match(err, url);
});

test("7: the wait ended first, and the deployment goes on", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const { code, out, err } = await hd(["deploy", "test/lab1", "-r", "main", "--timeout", "1s"]);
  assert.is(code, 7);
  const id = idIn(err);
  assert.match(out, `return to it with: hd watch ${id}`);
  await gate.open();
  assert.is((await hd(["watch", id])).code, 0);
  await gate.remove();
  await theLogIsTrue(fleet);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`130: ${signal} ends the watching, not the deployment, and says how to return to it`, async () => {
    const gate = await gateAt(fleet.root("lab1"));
    const deploying = fleet.spawn(["deploy", "test/lab1", "-r", "v1"]);
    await deploying.heard("activates");
    deploying.signal(signal);
    assert.equal(await deploying.exited, { code: 130, signal: null });
    const id = idIn(deploying.err());
    assert.match(deploying.err(), `Stopped watching; the deployment goes on. Return to it with:\n  hd watch ${id}\n`);
    assert.is(deploying.out(), "");
    const watching = fleet.spawn(["watch", id]);
    await watching.heard("activates");
    await gate.open();
    assert.equal(await watching.exited, { code: 0, signal: null });
    assert.match(watching.out(), /lab1 +completed/);
    await gate.remove();
    await theLogIsTrue(fleet);
  });
}

test("130: watching can be stopped too, and a document says how far it was", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const { out } = await hd(["deploy", "test/lab1", "-r", "main", "--detach"]);
  const id = requestId(out.trim());
  const watching = fleet.spawn(["watch", id, "-o", "ndjson"]);
  await watching.heard('"phase":"activate"');
  watching.signal("SIGINT");
  assert.is((await watching.exited).code, 130);
  const { kind, exit_code, requests } = JSON.parse(watching.out().trim().split("\n").at(-1) ?? "");
  assert.equal(
    [kind, exit_code, requests[0].end, requests[0].hosts[0].result],
    ["Deployment", 130, "aborted", "running"],
  );
  await gate.open();
  assert.is((await hd(["watch", id])).code, 0);
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("--detach prints the id and nothing else on stdout, and several can be watched together", async () => {
  const gate = await gateAt(fleet.root("lab1"));
  const ids: string[] = [];
  for (const target of ["test/lab1", "test/role/dns"]) {
    const sent = await hd(["deploy", target, "-r", "v1", "--detach"]);
    assert.is(sent.code, 0);
    assert.match(sent.out, /^\w{26}\n$/);
    ids.push(sent.out.trim());
    assert.match(sent.err, `hd watch ${ids.at(-1)}`);
  }
  const watching = fleet.spawn(["watch", ...ids]);
  await watching.heard("rejected");
  await gate.open();
  assert.is((await watching.exited).code, 1);
  assert.match(watching.out(), /lab1 +completed/);
  assert.match(watching.out(), /lab1 rejected: busy/);
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("an id that the log does not know", async () => {
  for (const words of [
    ["watch", "nothing"],
    ["show", "nothing"],
  ]) {
    const { code, err } = await hd(words);
    assert.is(code, 2);
    assert.match(err, "hd history");
  }
});

test.run();
