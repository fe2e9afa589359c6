/** A host that is rehearsed, by plain calls: it decides as a listener does, by what it is told, and does nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rehearsal } from "../../handlers/rehearsal.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import { isUserKey, verifier } from "../../lib/nats/verify.ts";
import type { Stored } from "../../lib/router/ports.ts";
import type { Answer, Policy, Reading, RehearsedHost, Stage } from "../../lib/router/rehearsal.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { event, noonMs, order, requestId, storePath, web1 } from "../support/fixtures.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("handlers/rehearsal");
const stages: Stage[] = [];
test.after(() => Promise.all(stages.map(({ close }) => close())).then(() => undefined));

const policy: Policy = { trustedKeysFile: undefined, queueMs: 3_600_000, frozen: [] };

const hostWith = async (changes: Partial<Policy> = {}, waiting: readonly RequestId[] = []): Promise<RehearsedHost> => {
  const stage = rightOf(await rehearsal({ isKey: isUserKey, verify: verifier() })({ ...policy, ...changes })());
  stages.push(stage);
  const played = { host: web1, addresses: addressesOf(web1) };
  return rightOf(await stage.host(played, (id) => waiting.includes(id))());
};

let seq = 0;
const request = (body: object | string, target = "prod.web1"): Stored => {
  seq += 1;
  const text = typeof body === "string" ? body : JSON.stringify({ revision: "main", ...body });
  return { seq, subject: `hd.req.alice.${target}`, atMs: noonMs, msgId: `${seq}`, signature: undefined, body: text };
};

const plainly: Reading = { atMs: noonMs, lasts: true, notEnded: undefined, binds: true };
const refusing = { ...plainly, lasts: false };

const told = ({ decision, code }: Answer): string => (code === undefined ? decision : `${decision} ${code}`);

/** What a host says to one request after the other. */
const says = async (
  host: RehearsedHost,
  ...asked: readonly (readonly [Stored, Reading])[]
): Promise<readonly string[]> => {
  const answers: string[] = [];
  for (const [stored, reading] of asked) answers.push(told(await host.judge(stored, reading)));
  return answers;
};

test("what lasts is under way until its end is told, and what does not has ended", async () => {
  const host = await hostWith();
  const [ends, first, second] = [request({}), request({ id: "one" }), request({})];
  assert.equal(await says(host, [ends, refusing], [first, plainly], [second, refusing]), [
    "accepted",
    "accepted",
    "rejected busy",
  ]);
  host.tell({ kind: "ended", requestSeq: first.seq });
  assert.equal(await says(host, [request({}), refusing]), ["accepted"]);
});

test("just before its end it is still under way, and only then", async () => {
  const host = await hostWith();
  const [first, other, late] = [request({ id: "one" }), request({}), request({})];
  await says(host, [first, plainly]);
  host.tell({ kind: "ended", requestSeq: first.seq });
  assert.equal(await says(host, [other, { ...refusing, binds: false, notEnded: other.seq }]), ["accepted"]);
  assert.equal(await says(host, [late, { ...refusing, notEnded: first.seq }], [request({}), refusing]), [
    "rejected busy",
    "accepted",
  ]);
});

test("what does not bind is only said", async () => {
  const host = await hostWith();
  const only = { ...refusing, binds: false };
  const freeze = request({ reason: "why not" }, "prod.web1.freeze");
  const again = () => request({ id: "again" });
  assert.equal(await says(host, [again(), only], [freeze, only], [again(), refusing], [again(), refusing]), [
    "accepted",
    "applied",
    "accepted",
    "rejected invalid_request",
  ]);
});

test("a deployment that was never put to it is in the way as well", async () => {
  const host = await hostWith();
  host.tell({ kind: "under way", event: event(order({ request_seq: 7 }), { status: "started" }) });
  assert.equal(await says(host, [request({}), refusing]), ["rejected busy"]);
  host.tell({ kind: "ended", requestSeq: 7 });
  assert.equal(await says(host, [request({}), refusing], [request({ id: "req-1" }), refusing]), [
    "accepted",
    "rejected invalid_request",
  ]);
});

test("what waits or runs is cancelled, what is activated or unknown is not", async () => {
  const host = await hostWith({}, [requestId("waits")]);
  const cancel = (id: string) => request({ request: id }, "prod.web1.cancel");
  const runs = request({ id: "runs" });
  await says(host, [runs, plainly]);
  assert.equal(await says(host, [cancel("waits"), refusing], [cancel("nobody"), refusing]), [
    "applied",
    "rejected too_late",
  ]);
  host.tell({ kind: "activating", requestSeq: runs.seq });
  assert.equal(await says(host, [cancel("runs"), refusing]), ["rejected too_late"]);
  host.tell({ kind: "ended", requestSeq: runs.seq });
  assert.equal(await says(host, [request({ id: "waits" }), refusing]), ["rejected cancelled"]);
});

test("it runs what it is told", async () => {
  const host = await hostWith();
  const current = storePath("a");
  host.tell({ kind: "runs", closure: current });
  const only = request({ if_current: current });
  assert.equal(await says(host, [only, refusing], [request({ if_current: storePath("b") }), refusing]), [
    "accepted",
    "rejected not_current",
  ]);
});

test("the time is the one at which it reads, and the queue time that of the policy", async () => {
  const host = await hostWith({ queueMs: 60_000 });
  const later = { ...refusing, atMs: noonMs + 60_001 };
  assert.equal(await says(host, [request({}), later], [request({}), refusing]), ["rejected expired", "accepted"]);
});

test("what is frozen beforehand can be lifted", async () => {
  const host = await hostWith({ frozen: addressesOf(web1).slice(0, 1) });
  const lift = request({}, "prod.web1.unfreeze");
  assert.equal(await says(host, [request({}), refusing], [lift, refusing], [request({}), refusing]), [
    "rejected frozen",
    "applied",
    "accepted",
  ]);
});

test("what is not addressed to it, and what is nonsense", async () => {
  const host = await hostWith();
  assert.equal(await says(host, [request({}, "prod.web2"), refusing], [request("no JSON"), refusing]), [
    "not addressed",
    "rejected invalid_request",
  ]);
});

test("trusted keys that cannot be read are told of before any host is", async () => {
  const path = join(tempDir("rehearsal-keys"), "none.json");
  const made = await rehearsal({ isKey: isUserKey, verify: verifier() })({ ...policy, trustedKeysFile: path })();
  assert.is(failureOf(made).code, "unusable_key");
  assert.not(existsSync(path));
});

test.run();
