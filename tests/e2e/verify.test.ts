/**
 * `hd verify` on a real fleet: what ordinary work leaves is whole, with every signature good, also in an export; and what somebody
 * who owns the streams forges, alters or deletes is found.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { rightOf } from "../support/either.ts";
import { startFleet } from "../support/fleet.ts";
import { tempDir } from "../support/temp-dir.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: verify");
const fleet = await startFleet(test);
const dir = tempDir("verify");
const [trusted, exported] = [join(dir, "trusted-keys.json"), join(dir, "log.ndjson")];

const seeds = new Map(
  await Promise.all(
    ["alice", "web1", "lab1"].map(
      async (name) => [name, rightOf(await seedFile(fleet.world.keys.get(name) ?? "")())] as const,
    ),
  ),
);
const ownerOf = ([name, { publicKey }]: readonly [string, { readonly publicKey: string }]) => ({
  name,
  keys: [publicKey],
});

interface Told {
  readonly code: string;
  readonly sequences: readonly (readonly [number, number])[];
}

const verified = async (...words: readonly string[]) => {
  const { code, out, err } = await fleet.hd("verify", "-o", "json", ...words);
  if (out === "") throw new Error(err);
  const findings: readonly Told[] = JSON.parse(out).checks.flatMap(
    (one: { findings: readonly Told[] }) => one.findings,
  );
  return { code, told: findings.map(({ code: word, sequences }) => `${word} ${sequences.join(" ")}`), out };
};

test("what ordinary work leaves is whole: deployed, failed, refused, frozen, cancelled, and on its way", async () => {
  writeFileSync(trusted, JSON.stringify({ tiers: {}, keys: [...seeds].map(ownerOf) }), { mode: 0o600 });
  await fleet.listen("web1", "lab1");
  assert.is((await fleet.hd("deploy", "prod/web1", "test/lab1", "-r", "v1")).code, 0);
  assert.is.not((await fleet.hd("deploy", "prod/web1", "-r", "no-such-branch")).code, 0);
  assert.is((await fleet.hd("freeze", "prod/web1", "--reason", "a test")).code, 0);
  assert.is.not((await fleet.hd("deploy", "prod/web1", "-r", "v1")).code, 0);
  assert.is((await fleet.hd("unfreeze", "prod/web1", "--reason", "it is over")).code, 0);
  await fleet.ended(await fleet.ask("prod/web1", { revision: "--flag" }), "web1");
  await fleet.ask("prod/web2", { revision: "v1" });
  await theLogIsTrue(fleet);
  const { code, out } = await fleet.hd("verify", "--trusted-keys", trusted);
  assert.is(code, 0, out);
  assert.match(out, /log {2}HD_AUDIT goes from 1 to \d+: \d+ requests, \d+ answers, of 2 hosts/);
  assert.match(out, "1 request waiting for web2");
  assert.match(out, /\d+ records signed, 2 not; \d+ verified\n/);
});

test("an export of it is whole, and the log has what it has", async () => {
  assert.is((await fleet.hd("export", "--out", exported)).code, 0);
  assert.equal((await verified("--log", "--export", exported)).told, []);
  assert.equal((await verified("--only-export", exported, "--trusted-keys", trusted)).told, []);
  const text = readFileSync(exported, "utf8");
  const altered = join(dir, "altered.ndjson");
  writeFileSync(altered, text.replace('\\"revision\\":\\"v1\\"', '\\"revision\\":\\"v2\\"'));
  assert.equal((await verified("--export", altered)).told, ["differs 1,1"]);
  assert.equal((await verified("--only-export", altered, "--trusted-keys", trusted)).told, ["bad_signature 1,1"]);
  const short = join(dir, "short.ndjson");
  writeFileSync(short, text.slice(0, text.length / 2));
  const { code, err } = await fleet.hd("verify", "--only-export", short);
  assert.is.not(code, 0);
  assert.match(err, "short.ndjson");
});

test("a part of the log, and one that is redacted, are no log that lost something", async () => {
  for (const [n, words] of [["--from", "3"], ["--redact"], ["--from", "3", "--redact"]].entries()) {
    const file = join(dir, `part${n}.ndjson`);
    assert.is((await fleet.hd("export", ...words, "--out", file)).code, 0);
    const { code, out } = await fleet.hd("verify", "--only-export", file);
    assert.is(code, 0, out);
  }
});

test("what cannot be asked for together is refused before anything is read", async () => {
  const { code, err } = await fleet.hd("verify", "--only-export", exported, "--vault");
  assert.is(code, 2);
  assert.match(err, "--only-export checks a file without the log");
  assert.is((await fleet.hd("verify", "--trusted-keys", join(dir, "none.json"))).code, 2);
  assert.is((await fleet.hd("verify", "--fleet", dir)).code, 2);
});

test("rubbish, a forged answer, one without a request, and a deleted record are found", async () => {
  const before = await fleet.world.lastSeq();
  const owner = await fleet.client("owner");
  const js = jetstream(owner);
  const put = (subject: string, body: object | string) =>
    js.publish(subject, typeof body === "string" ? body : JSON.stringify(body));
  const answer = { hostname: "web1", status: "completed", error: null, message: "all is well", requester: "alice" };
  await put("hd.req.alice.prod.web2", "\u001b]0;owned\u0007");
  await put("hd.res.prod.web1.completed", { ...answer, request_seq: 1, id: "forged" });
  await put("hd.res.prod.web1.completed", { ...answer, request_seq: 4_000 });
  await put("hd.res.prod.web1.completed", "");
  const { told, code, out } = await verified("--trusted-keys", trusted);
  assert.is(code, 1);
  const at = (n: number) => `${before + n},${before + n}`;
  assert.equal(told, [
    `unasked ${at(3)}`,
    `doubled ${at(2)}`,
    `misordered ${at(2)}`,
    `unsigned ${before + 2},${before + 3}`,
    `unreadable ${at(1)} ${at(4)}`,
  ]);
  assert.not.match(out, "\\u001b");
  const table = await fleet.hd("verify");
  assert.is(table.code, 1);
  assert.match(table.out, `  ${before + 1}  hd.req.alice.prod.web2: the body is not JSON\n`);
});

test("a deleted record leaves a hole, and what was in it is missed", async () => {
  const owner = await fleet.client("owner");
  const { streams } = await jetstreamManager(owner, { checkAPI: false });
  const { config } = await streams.info("HD_AUDIT");
  await streams.delete("HD_AUDIT");
  await streams.add({ ...config, deny_delete: false });
  await jetstream(owner).publish("hd.req.alice.prod.web2", "{}");
  await jetstream(owner).publish("hd.req.alice.prod.web2", "{}");
  await jetstream(owner).publish("hd.req.alice.prod.web2", "{}");
  await streams.deleteMessage("HD_AUDIT", 2);
  await streams.deleteMessage("HD_AUDIT", 3);
  const { told, code } = await verified();
  assert.is(code, 1);
  assert.equal(told, ["gap 2,3"]);
  const lost = await verified("--export", exported);
  assert.is(lost.told.length, 2);
});

test.run();
