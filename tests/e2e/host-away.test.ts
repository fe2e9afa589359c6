/** Hosts that are not there: named and not waited for, served when they come back in time, and refused when they come too late. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../lib/contract/values.ts";
import { startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: host away");
const fleet = await startFleet(test);
await fleet.listen("web1");

interface Document {
  readonly requests: readonly [
    {
      readonly id: string;
      readonly request_seq: number;
      readonly hosts: readonly { readonly host: string; readonly result: string; readonly why?: string }[];
    },
  ];
}

const deploy = async (...words: readonly string[]): Promise<Document["requests"][0]> => {
  const { code, out, err } = await fleet.hd("deploy", ...words, "-o", "json");
  assert.is(code, 7, `${out}${err}`);
  const { requests }: Document = JSON.parse(out);
  return requests[0];
};

test("a host that is away is named, the others are served, and it is served when it comes back", async () => {
  const { id, request_seq: seq, hosts } = await deploy("prod/all", "-r", "v1");
  assert.equal(hosts.map(({ host, result, why }) => `${host} ${result} ${why ?? ""}`.trim()).sort(), [
    "web1 completed",
    "web2 unreachable away",
  ]);
  await theLogIsTrue(fleet);
  const [web2] = await fleet.listen("web2");
  assert.is((await fleet.ended(seq, "web2")).status, "completed");
  const { code, out } = await fleet.hd("watch", id);
  assert.is(code, 0);
  assert.match(out, /web1 +completed[\s\S]*web2 +completed/);
  assert.equal(await web2?.terminate(), { code: 0, signal: null });
  await theLogIsTrue(fleet);
});

/** The sequence of the request that waits for a host since the test before. */
const waitingFor = async (host: string): Promise<number> => {
  const { out } = await fleet.hd("history", "--host", host, "--status", "waiting", "-o", "json");
  const { deployments }: { deployments: readonly { request_seq: number }[] } = JSON.parse(out);
  assert.is(deployments.length, 1);
  return deployments[0]?.request_seq ?? 0;
};

test("a person is told before, and at the end, what becomes of the request", async () => {
  const { code, out, err } = await fleet.hd("deploy", "test/lab1", "-r", "v1", "--expires", "2h");
  assert.is(code, 7);
  assert.match(
    err,
    /lab1 is away: the request waits in the log for 2h .*a host that returns runs the newest request that waits for it/,
  );
  assert.match(out, /lab1 +unreachable +.*no listener is there/);
  assert.match(out, /return to it with: hd watch /);
  await theLogIsTrue(fleet);
});

test("of what waited for it a host takes what has not expired, and refuses the rest", async () => {
  const waiting = await waitingFor("lab1");
  const late = await fleet.ask("test/lab1", { revision: "main", expires_at: instant(Date.now() - 1) });
  const [lab1] = await fleet.listen("lab1");
  assert.is((await fleet.ended(late, "lab1")).event.error, "expired");
  assert.is((await fleet.ended(waiting, "lab1")).status, "completed");
  await theLogIsTrue(fleet);
  await lab1?.terminate();
});

test("hd hosts tells who is away, and what waits for them", async () => {
  await fleet.ask("test/lab1", { revision: "main" });
  const { out } = await fleet.hd("hosts");
  assert.match(out, /web1 .*present/);
  assert.match(out, /lab1 .*away.*1 request waits/);
  await theLogIsTrue(fleet);
});

test.run();
