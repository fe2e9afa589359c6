/** Everything that can be wrong with a log, made wrong one by one; and what only looks wrong. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressesOf } from "../../../lib/contract/template.ts";
import { signatureOf } from "../../../lib/nats/signer.ts";
import type { UserKey } from "../../../lib/nats/user-key.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import type { Enrolled, Stored } from "../../../lib/router/ports.ts";
import { checkLog, type LogCheckOptions } from "../../../streams/check/log-check.ts";
import type { Checked } from "../../../streams/finding.ts";
import type { Seen } from "../../../streams/presences.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, noonMs, storePath, web1 } from "../../support/fixtures.ts";
import { rawOf, readerOf } from "../../support/raw-records.ts";
import { newSigner, trustedBy } from "../../support/signing.ts";

const test = suite("streams/check/log-check");

const hourMs = 3_600_000;

type Line = readonly [subject: string, body: object | string, changes?: Partial<Stored>];

/** At 1 and upwards, a second apart; one that is `undefined` is gone. */
const logOf = (...lines: readonly (Line | undefined)[]): readonly Stored[] =>
  lines.flatMap((line, n) => {
    if (line === undefined) return [];
    const [subject, content, changes] = line;
    const body = typeof content === "string" ? content : JSON.stringify(content);
    const at = { seq: n + 1, atMs: noonMs + n * 1_000, subject, body };
    return [{ ...at, msgId: `m-${n + 1}`, signature: undefined, ...changes }];
  });

const ask = (id: string, target = "web1", changes: Partial<Stored> = {}): Line => [
  `hd.req.alice.prod.${target}`,
  { id, revision: "main" },
  changes,
];

/** What a host says of the request at `of`. */
const say = (of: number, id: string, status: string, fields: object = {}, host = "web1"): Line => [
  `hd.res.prod.${host}.${status}`,
  {
    ...{ hostname: host, status, error: null, message: status, id, request_seq: of },
    ...{ requester: "alice", phase: null, action: "switch", ...fields },
  },
];

const phases = (of: number, id: string, ...all: readonly string[]): readonly Line[] =>
  all.map((phase) => say(of, id, "started", { phase }));

const everyPhase = ["resolve", "build", "activate", "verify"];

/** A request to web1 at `of`, as it should be. */
const whole = (of: number, id: string, end: object = {}): readonly Line[] => [
  ask(id),
  say(of, id, "accepted"),
  ...phases(of, id, ...everyPhase),
  say(of, id, "completed", { phase: "verify", closure: storePath("new"), ...end }),
];

const there: Enrolled = { hostname: web1.hostname, addresses: addressesOf(web1), present: true, pending: 0 };

type Around = Partial<LogCheckOptions["around"]> & { readonly keys?: LogCheckOptions["keys"]; readonly last?: number };

const check = async (records: readonly Stored[], { keys, last, ...around }: Around = {}): Promise<Checked> => {
  const options = { nowMs: noonMs + 24 * hourMs, enrolled: [there], seen: new Map(), ...around };
  const log = readerOf(() => records.map(rawOf), last);
  return rightOf(await checkLog(log, { name: "HD_AUDIT", around: options, keys })());
};

/** What is found, as code and sequences, with its examples. */
const found = async (records: readonly Stored[], around?: Around): Promise<readonly string[]> => {
  const { findings } = await check(records, around);
  return findings.map(({ code, ranges, examples = [] }) =>
    [code, ranges.map((range) => range.join("-")).join(","), ...examples.map(({ text }) => text)].join(" | "),
  );
};

test("a log without a fault is whole, and what is in it is told", async () => {
  const { findings, facts, verdict } = await check(logOf(...whole(1, "a"), ...whole(8, "b")));
  assert.equal(findings, []);
  assert.is(verdict, "HD_AUDIT is whole, and every answer fits its request.");
  assert.equal(facts, [
    "HD_AUDIT goes from 1 to 14: 2 requests, 12 answers, of 1 host",
    "0 records signed, 14 not; no signature was verified: name the keys with --trusted-keys or --fleet",
  ]);
});

test("an empty log is whole", async () => {
  const { findings, facts } = await check([]);
  assert.equal(findings, []);
  assert.is(facts[0], "HD_AUDIT holds no records");
});

test("holes in the middle, before the beginning and at the end are told by their sequences", async () => {
  const lines = [...whole(1, "a"), ...whole(8, "b"), ...whole(15, "c")];
  const holes = lines.map((line, n) => (n < 7 || n === 9 || n === 10 || n === 18 ? undefined : line));
  const log = logOf(...holes);
  assert.equal((await found(log, { last: 25 })).slice(0, 2), ["beginning | 1-7", "gap | 10-11,19-19,22-25"]);
  const { verdict } = await check(log);
  assert.match(verdict, "missing or altered");
});

test("answers to requests from before the beginning are no finding of their own", async () => {
  const { findings, facts } = await check(logOf(undefined, ...whole(1, "a").slice(1), ...whole(8, "b")));
  assert.equal(
    findings.map(({ code }) => code),
    ["beginning"],
  );
  assert.ok(facts.includes("6 answers to requests from before its beginning"), facts.join("\n"));
});

test("a request that was accepted and not ended is told when it is old, and counted when it is not", async () => {
  const log = logOf(ask("a"), say(1, "a", "accepted"), ...phases(1, "a", "resolve", "build"));
  assert.equal(await found(log), ["unended | 1-1 | web1 has not ended a"]);
  const away = { ...there, present: false };
  assert.match((await found(log, { enrolled: [away] }))[0] ?? "", "it is away, and ends it when it is back");
  const young = await check(log, { nowMs: noonMs + hourMs / 2 });
  assert.equal(young.findings, []);
  assert.ok(young.facts.includes("1 request under way"));
});

const announced = (fields: object, atMs = noonMs + hourMs): ReadonlyMap<typeof web1.hostname, Seen> => {
  const presence = { hostname: "web1", tier: "prod", roles: [], deploy_subjects: [], version: "1" };
  const now = "2026-01-31T13:00:00.000Z";
  return new Map([
    [web1.hostname, { atMs, presence: right({ ...presence, at: now, since: now, ...fields }) as never }],
  ]);
};

test("what a host says that it works on is under way, however long ago it was accepted", async () => {
  const log = logOf(ask("a"), say(1, "a", "accepted"));
  const doing = { id: "a", requester: "alice", action: "switch", revision: "main", since: "2026-01-31T12:00:00Z" };
  assert.equal(await found(log, { seen: announced({ doing }) }), []);
  assert.is((await found(log, { seen: announced({ doing: { ...doing, id: "b" } }) })).length, 1);
});

test("a request that nobody answered: valid, waiting for a host that is away, expired, or for nobody", async () => {
  const log = logOf(ask("a"));
  const young = await check(log, { nowMs: noonMs + hourMs / 2 });
  assert.ok(young.facts.includes("1 request not answered yet, and still valid"));
  const waiting = await check(log, { enrolled: [{ ...there, present: false, pending: 1 }] });
  assert.equal(waiting.findings, []);
  assert.ok(waiting.facts.includes("1 request waiting for web1"));
  assert.equal(await found(log), ["unanswered | 1-1 | prod/web1"]);
  assert.equal(await found(log, { enrolled: [] }), ["unanswered | 1-1 | prod/web1, which nobody serves"]);
  const { findings } = await check(log);
  assert.is(findings[0]?.examples?.[0]?.atMs, noonMs);
});

test("a request is valid for as long as it says, and for a week at most", async () => {
  const until = (expires_at: string) => logOf(["hd.req.alice.prod.web1", { id: "a", revision: "main", expires_at }]);
  const nowMs = noonMs + 48 * hourMs;
  assert.equal(await found(until("2026-02-03T12:00:00Z"), { nowMs }), []);
  assert.is((await found(until("2026-02-01T12:00:00Z"), { nowMs })).length, 1);
  assert.is((await found(until("9999-01-01T00:00:00Z"), { nowMs: noonMs + 200 * hourMs })).length, 1);
});

test("of a group, each host that served it before owes an answer, and no other", async () => {
  const [web2, web3] = ["web2", "web3"].map((name) => ({ ...web1, hostname: hostName(name) }));
  const enrolled = [web1, web2, web3].flatMap((host) =>
    host === undefined ? [] : [{ ...there, hostname: host.hostname, addresses: addressesOf(host) }],
  );
  const refuse = (of: number, id: string, host: string) => say(of, id, "rejected", { error: "busy" }, host);
  const first = [ask("a", "all"), refuse(1, "a", "web1"), refuse(1, "a", "web2")];
  assert.equal(await found(logOf(...first), { enrolled }), []);
  const second = [...first, ask("b", "all"), refuse(4, "b", "web1")];
  assert.equal(await found(logOf(...second), { enrolled }), ["unanswered | 4-4 | web2 of prod/all"]);
});

test("an answer without its request, and one that names none", async () => {
  const log = logOf(...whole(1, "a"), say(3, "x", "completed"), say(99, "x", "accepted"), [
    "hd.res.prod.web1.failed",
    { hostname: "web1", status: "failed", error: null, message: "" },
  ]);
  assert.equal(await found(log), [
    "unasked | 8-10 | web1 completed of request 3 | web1 accepted of request 99 | web1 failed of request unknown",
  ]);
});

test("what may be told once is told once", async () => {
  const [request, accepted, resolve, ...others] = whole(1, "a");
  const end = say(1, "a", "failed", { error: "timeout" });
  assert.equal(await found(logOf(request, accepted, accepted, resolve, resolve, ...others, end, accepted)), [
    "doubled | 3-3,5-5,10-11 | web1 accepted of request 1 | web1 started resolve of request 1 | web1 failed of request 1 | web1 accepted of request 1",
  ]);
});

test("what does not fit what came before it is told", async () => {
  const freeze: Line = ["hd.req.alice.prod.web1.freeze", { id: "f", reason: "a test" }];
  const cases: readonly (readonly [string, readonly (Line | undefined)[]])[] = [
    ["2-2", [ask("a"), say(1, "a", "completed")]],
    ["2-2", [ask("a"), ...phases(1, "a", "resolve"), say(1, "a", "accepted"), say(1, "a", "failed")]],
    ["4-4", [ask("a"), say(1, "a", "accepted"), ...phases(1, "a", "resolve", "activate"), say(1, "a", "failed")]],
    ["3-3", [ask("a"), say(1, "a", "accepted"), say(1, "a", "rejected")]],
    ["2-2", [ask("a"), say(1, "a", "applied")]],
    ["2-2", [freeze, say(1, "f", "accepted"), say(1, "f", "failed")]],
    ["2-2", [ask("a"), say(1, "b", "rejected")]],
    ["2-2", [ask("a"), say(1, "a", "rejected", { requester: "bob" })]],
    ["8-8", [...whole(1, "a"), ...phases(1, "a", "rollback")]],
  ];
  for (const [where, lines] of cases) {
    const [first = ""] = await found(logOf(...lines));
    assert.match(first, `misordered | ${where}`);
  }
  assert.equal(await found(logOf(freeze, say(1, "f", "applied"))), []);
  const back = [ask("a"), say(1, "a", "accepted"), ...phases(1, "a", "resolve", "build", "activate", "rollback")];
  assert.equal(await found(logOf(...back, say(1, "a", "failed", { error: "rolled_back" }))), []);
});

test("records that are not ours, or no JSON, are shown with what is in them made harmless", async () => {
  const log = logOf(
    ["hd.req.alice.prod.web1", "\u001b[2Jnot json"],
    ["hd.res.prod.web1.completed", "{"],
    ["hd.res.prod.web1.exploded\u009b", { hostname: "web1" }],
    ["hd.res.prod.web1.failed", { hostname: "web2", status: "failed", error: null, message: "x" }],
    ["hd.req.alice.prod", {}],
  );
  const [unreadable = ""] = (await found(log, { nowMs: noonMs })).filter((one) => one.startsWith("unreadable"));
  assert.match(unreadable, "1-5");
  assert.match(unreadable, "hd.req.alice.prod.web1: the body is not JSON");
  assert.match(unreadable, "the body says web2 failed, the subject web1 failed");
  assert.not.match(unreadable, /\p{Cc}/u);
});

test("a request that no host can serve is for hosts to refuse, and no finding once they have", async () => {
  const log = logOf(["hd.req.alice.prod.web1", { id: "a", revision: "--flag" }], say(1, "a", "rejected"));
  const { findings, facts } = await check(log);
  assert.equal(findings, []);
  assert.ok(facts.includes("1 request that no host can serve, which is for hosts to refuse"), facts.join("\n"));
});

test("what is not ASCII is read as the text that it is", async () => {
  const log = logOf(ask("a"), say(1, "a", "rejected", { message: "„nein“ — 中 é" }));
  assert.equal(await found(log), []);
});

const [alice, host, mallory] = [newSigner(), newSigner(), newSigner()];
const trusted = trustedBy({
  tiers: {},
  keys: [
    { name: "alice", keys: [alice.publicKey] },
    { name: "web1", keys: [host.publicKey] },
  ],
});
const keys = { trusted, verify: verifier() };

const signed = (record: Stored, key: UserKey): Stored => ({
  ...record,
  signature: signatureOf(key, { subject: record.subject, msgId: record.msgId ?? "", body: record.body }, record.atMs),
});

const signedLog = (lines = whole(1, "a")): readonly Stored[] =>
  logOf(...lines).map((record, n) => signed(record, n === 0 ? alice : host));

test("signatures of requests and answers are verified by the keys that are given", async () => {
  const { findings, facts } = await check(signedLog(), { keys });
  assert.equal(findings, []);
  assert.is(facts[1], "7 records signed, 0 not; 7 verified");
  const unverified = await check(signedLog());
  assert.match(unverified.facts[1] ?? "", "7 records signed, 0 not; no signature was verified");
});

test("an altered record, one signed in another's name, and a key that is not known", async () => {
  const [request, accepted, ...others] = signedLog();
  if (request === undefined || accepted === undefined) throw new Error("there is no log");
  const altered = [{ ...request, body: request.body.replace("main", "evil") }, accepted, ...others];
  assert.match(
    (await found(altered, { keys }))[0] ?? "",
    "bad_signature | 1-1 | hd.req.alice.prod.web1: its signature is not good",
  );
  const borrowed = [signed(request, host), accepted, ...others];
  assert.match(
    (await found(borrowed, { keys }))[0] ?? "",
    "bad_signature | 1-1 | hd.req.alice.prod.web1: its key is that of web1",
  );
  assert.match(
    (await found([signed(request, mallory), accepted, ...others], { keys }))[0] ?? "",
    "unknown_key | 1-1 | alice: its key is U",
  );
  const broken = [{ ...request, signature: "ed25519 nonsense" }, accepted, ...others];
  assert.match(
    (await found(broken))[0] ?? "",
    "bad_signature | 1-1 | hd.req.alice.prod.web1: its signature cannot be read",
  );
});

test("a forged answer of a host that signs is told, whatever it says", async () => {
  const forged = logOf(...whole(1, "a"), ask("b"), say(8, "b", "rejected"));
  const log = [...signedLog(), ...forged.slice(7)];
  assert.equal(await found(log, { keys }), ["unsigned | 9-9 | hd.res.prod.web1.rejected"]);
});

test("of names without a trusted key nothing is said", async () => {
  const [request, ...others] = signedLog();
  const few = {
    trusted: trustedBy({ tiers: {}, keys: [{ name: "alice", keys: [alice.publicKey] }] }),
    verify: verifier(),
  };
  if (request === undefined) throw new Error("there is no log");
  const { findings, facts } = await check([request, ...others], { keys: few });
  assert.equal(findings, []);
  assert.is(facts[1], "7 records signed, 0 not; 1 verified, 6 of names without a trusted key not verified");
});

test("an answer that calls its request signed, and the request is not", async () => {
  const log = logOf(ask("a"), say(1, "a", "rejected", { proof: "signed" }));
  assert.equal(await found(log), ["false_proof | 2-2 | web1 rejected of request 1"]);
  const [request, ...others] = log;
  if (request === undefined) throw new Error("there is no log");
  assert.equal(await found([signed(request, alice), ...others]), []);
});

test("a host that runs something else than the log puts there", async () => {
  const log = logOf(...whole(1, "a"));
  const [put, other] = [storePath("new"), storePath("other")];
  const told = async (fields: object, atMs?: number) => found(log, { seen: announced(fields, atMs) });
  assert.equal(await told({ running: put, boots: put }), []);
  assert.equal(await told({ running: other, boots: put }), [
    `contradiction | 7-7 | what runs on web1 is ${other}, and the log says ${put}`,
  ]);
  assert.match((await told({ running: put, boots: other }))[0] ?? "", "what will boot on web1");
  assert.equal(await told({ running: other }, noonMs), [], "announced before it was deployed");
  assert.equal(await told({ running: other, doing: { id: "b" } }), [], "at work");
});

test("what was only tried is gone after a reboot, and that is no contradiction", async () => {
  const log = logOf(...whole(1, "a"), ...whole(8, "b", { action: "test", closure: storePath("tried") }));
  const seen = announced({ running: storePath("new"), boots: storePath("new") });
  assert.equal(await found(log, { seen }), []);
});

test("a log of many faults is told in a bounded text", async () => {
  const log = logOf(...Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? ask(`r${n}`) : undefined)));
  const { findings } = await check(log);
  const [gap, unanswered] = findings;
  assert.is(gap?.count, 199);
  assert.is(unanswered?.count, 200);
  assert.is(unanswered?.examples?.length, 10);
  assert.is(unanswered?.ranges.length, 20);
});

test("wishes and words about them are counted, are no faults, and are signed like anything else", async () => {
  const wish = { id: "w-1", action: "switch", revision: "main", hosts: ["web1"] };
  const subject = "hd.ask.alice.prod.web1";
  const signed = { subject, msgId: "m-1", body: JSON.stringify(wish) };
  const signature = signatureOf(alice, signed, noonMs);
  const records = logOf([subject, wish, { signature }], [subject, { id: "w-1", denied: true }], [subject, "{}"]);
  const { facts } = await check(records.slice(0, 2));
  assert.match(facts[0] ?? "", /0 requests, 0 answers, of 0 hosts; 2 words about what needs a person's approval$/);
  assert.equal(await found(records.slice(0, 2), { keys }), []);
  assert.match((await found(records))[0] ?? "", /^unreadable \| 3-3 \| hd\.ask\.alice\.prod\.web1: id: is missing/);
  const forged = logOf([subject, { ...wish, hosts: ["web2"] }, { signature }]);
  assert.match((await found(forged, { keys }))[0] ?? "", /^bad_signature \| 1-1/);
});

const builds = (builder: string, of: number, status: string): Line => [
  `hd.res.build.${builder}.${status}`,
  { ...{ builder, repo: "nixos", target: "all", status, error: null, message: status }, request_seq: of },
];

test("builds are counted, nobody has to serve them, and an end that is told twice is told", async () => {
  const asked: Line = ["hd.req.alice.build.nixos.all", { revision: "main" }];
  const two: readonly Line[] = [
    asked,
    builds("ci", 1, "accepted"),
    builds("ci", 1, "completed"),
    asked,
    builds("ci", 4, "rejected"),
  ];
  const fine = await check(logOf(...two));
  assert.equal(fine.findings, []);
  assert.match(fine.facts.join("; "), "5 records of builds");
  const again = await check(logOf(...two, builds("other", 4, "failed"), builds("ci", 4, "failed")));
  assert.equal(
    again.findings.map(({ code, count }) => [code, count]),
    [["doubled", 1]],
  );
});

test.run();
