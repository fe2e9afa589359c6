/** `hd alerts list`, `ack` and `silence`, over a stream of alerts in memory: what people see of it, and what they may not ask. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressesOf } from "../../../lib/contract/template.ts";
import { instant } from "../../../lib/contract/values.ts";
import { noonMs, web1 } from "../../support/fixtures.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/alerts");

const write = (w: World, subject: string, body: object | string): Promise<unknown> =>
  w.log.alerts.append({
    ...{ subject, msgId: `${subject} ${w.log.alerts.records.length}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })();

const at = instant(noonMs);

const fired = (rule: string, hosts: readonly string[], changes: object = {}) => ({
  ...{
    rule,
    kind: "firing",
    stands: true,
    severity: "warning",
    title: `${rule}: ${hosts.length} failed`,
    hosts,
    details: [],
  },
  ...{ to: ["ops"], as_of: 5, part: 1, at },
  ...changes,
});

const sent = (alert: number, outcome: string, changes: object = {}) => ({ alert, outcome, attempt: 1, at, ...changes });

/** 1 and 2: two rules; 3 is one of them again. */
const filled = async (): Promise<World> => {
  const w = world();
  w.log.enrol(web1, addressesOf(web1));
  await write(w, "hd.alert.fired.failed.r1", fired("failed", ["prod/web1", "prod/web2"]));
  await write(w, "hd.alert.fired.slow.s2", fired("slow", ["prod/web1"]));
  await write(w, "hd.alert.fired.failed.r3", fired("failed", ["prod/web1"]));
  await write(w, "hd.alert.sent.ops", sent(1, "sent"));
  await write(
    w,
    "hd.alert.sent.ops",
    sent(2, "failed", { message: "it answered 500", next_at: instant(noonMs + 120_000) }),
  );
  await write(
    w,
    "hd.alert.sent.ops",
    sent(2, "failed", { attempt: 2, message: "it answered 502.", next_at: instant(noonMs + 240_000) }),
  );
  await write(w, "hd.alert.sent.chat", sent(1, "refused", { message: "it answered 410" }));
  await write(w, "hd.alert.aside", { seq: 7, subject: "hd.res.odd", reason: "it is not JSON" });
  await write(w, "hd.alert.silence.bob", {
    rule: "slow",
    until: instant(noonMs + 3_600_000),
    reason: "known\nsince friday",
  });
  await write(w, "hd.alert.ack.carol", { alert: 3 });
  await write(w, "hd.alert.odd", "not JSON");
  return w;
};

const run = async (w: World, ...words: readonly string[]) => {
  const [out, err] = [w.out().length, w.err().length];
  const exit = await w.hd("alerts", ...words);
  return { exit, out: w.out().slice(out), err: w.err().slice(err) };
};

test("what is open, how the sinks fare, what is silenced and what was put aside", async () => {
  const { exit, out } = await run(await filled(), "list");
  assert.is(exit, 0);
  assert.fixture(
    out,
    `ALERT  RULE    HOST       SINCE      TIMES  STATE            WHAT
3      failed  prod/web1  1 min ago  2      acked by carol   failed: 1 failed
1      failed  prod/web2  1 min ago  1      open             failed: 2 failed
2      slow    prod/web1  1 min ago  1      silenced by bob  slow: 1 failed

SINK  NEWEST   LAST SENT  TROUBLE
chat  refused  never      alert 1 was given up: it answered 410
ops   failed   1 min ago  fails since 1 min ago, 2 tries: it answered 502; again at 2026-01-31 12:04:00Z

SILENCED  ON          BY   UNTIL                 REASON
slow      every host  bob  2026-01-31 13:00:00Z  known since friday

1 record of the log was put aside; the last is 7: it is not JSON
`,
  );
});

test("an empty stream says so, and alerts that are over are listed when they are asked for", async () => {
  const w = world();
  assert.is((await run(w, "list")).out, "no alert is open\n");
  assert.is((await run(w, "list", "--all")).out, "no alert is open\n\nno alert was written then\n");
  await write(w, "hd.alert.fired.failed.r1", fired("failed", ["prod/web1"]));
  await write(w, "hd.alert.fired.failed.r1", fired("failed", ["prod/web1"], { kind: "resolved", part: 2 }));
  await write(w, "hd.alert.fired.slow.s2", fired("slow", ["prod/web1"], { to: [], silenced_by: "bob" }));
  await write(w, "hd.alert.fired.slow.s2", fired("slow", ["prod/web1"], { kind: "resolved", part: 2 }));
  assert.fixture(
    (await run(w, "list", "--since", "7d")).out,
    `no alert is open

WHEN       ALERT  RULE    KIND      SEVERITY  TO                       WHAT
1 min ago  4      slow    resolved  warning   ops                      slow: 1 failed
1 min ago  3      slow    firing    warning   nobody: silenced by bob  slow: 1 failed
1 min ago  2      failed  resolved  warning   ops                      failed: 1 failed
1 min ago  1      failed  firing    warning   ops                      failed: 1 failed
`,
  );
  assert.match((await run(w, "list", "--all", "--since", "7d")).err, "Give --all or --since, not both.");
});

test("alerters at work that have different rules are told of, until all have the same", async () => {
  const w = await filled();
  const rules = (digest: string, changes: object = {}) =>
    write(w, "hd.alert.rules", { digest: digest.repeat(16), by: "alerter", version: "1", started: at, ...changes });
  await rules("a");
  assert.not.match((await run(w, "list")).out, "different sets of rules");
  await rules("b", { by: "pager" });
  const told =
    "Alerters at work have 2 different sets of rules, so alerts are lost: alerter since 2026-01-31 12:00:00Z and pager since 2026-01-31 12:00:00Z.";
  assert.ok((await run(w, "list")).out.startsWith(told), (await run(w, "list")).out);
  const document = JSON.parse((await run(w, "list", "-o", "json")).out);
  assert.equal(document.rules[1], { digest: "b".repeat(16), by: "pager", version: "1", started: at });
  await rules("a", { ended: "yes" });
  assert.not.match((await run(w, "list")).out, "different sets of rules");
});

test("what others wrote cannot turn around what is read", async () => {
  const w = world();
  const until = instant(noonMs + 3_600_000);
  await write(w, "hd.alert.silence.bob", { until, reason: "a\u202ebc\u2066d\u2028e" });
  assert.match((await run(w, "list")).out, / abcd e\n$/);
});

test("a rule that never told anything may be mistyped", async () => {
  const w = await filled();
  const silence = (rule: string) => run(w, "silence", "--rule", rule, "--for", "1h", "--reason", "x");
  const { exit, err } = await silence("fialed");
  assert.is(exit, 0);
  assert.match(
    err,
    "warning: no alert of a rule fialed was written in the last 90 days; is its name right?\nfialed on",
  );
  for (const known of ["failed", "log-full"]) assert.not.match((await silence(known)).err, "warning");
});

test("records that no alerter has judged yet are told of, and that none is at work", async () => {
  const w = world();
  w.log.enrolAlerter({ present: true, pending: 0 });
  assert.is((await run(w, "list")).out, "no alert is open\n");
  w.log.enrolAlerter({ present: true, pending: 5_100 });
  assert.is((await run(w, "list")).out, "no alert is open\n\n5100 records of the log are not judged yet\n");
  w.log.enrolAlerter({ present: false, pending: 1 });
  assert.match((await run(w, "list")).out, "no alerter is at work; 1 record of the log is not judged yet");
  const document = JSON.parse((await run(w, "list", "-o", "json")).out);
  assert.equal(document.alerter, { present: false, pending: 1 });
});

test("programs get the same, in the names of the wire", async () => {
  const w = await filled();
  const document = JSON.parse((await run(w, "list", "-o", "json", "--all")).out);
  assert.is(document.kind, "Alerts");
  assert.equal(document.open[0], {
    ...{ alert: 3, rule: "failed", place: "prod/web1", since: at, count: 2, title: "failed: 1 failed" },
    ...{ acked_by: "carol", silenced_by: null },
  });
  assert.equal(document.sinks[1], {
    ...{ sink: "ops", outcome: "failed", alert: 2, attempt: 2, message: "it answered 502." },
    ...{ next_at: instant(noonMs + 240_000), last_sent: at, failing_since: at },
  });
  assert.equal(document.silences, [
    { rule: "slow", host: null, by: "bob", until: instant(noonMs + 3_600_000), reason: "known\nsince friday" },
  ]);
  assert.equal(document.aside, { count: 1, last_seq: 7, reason: "it is not JSON" });
  assert.equal(document.alerts.length, 3);
  const lines = (await run(w, "list", "-o", "ndjson")).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    lines.map(({ type }) => type),
    ["open", "open", "open", "sink", "sink", "silence", "result"],
  );
  assert.is(lines.at(-1).count, 6);
});

const bodies = (w: World, subject: string): readonly unknown[] =>
  w.log.alerts.records.filter((one) => one.subject === subject).map(({ body }) => JSON.parse(body));

test("an alert is taken on in one's own name, by the number that one has read", async () => {
  const w = await filled();
  const { exit, err } = await run(w, "ack", "2", "--reason", "I look");
  assert.is(exit, 0, err);
  assert.is(err, "slow on prod/web1 is yours, alice: more of the same is recorded and not sent until it is over\n");
  assert.equal(bodies(w, "hd.alert.ack.alice"), [{ alert: 2, reason: "I look" }]);
  // The first told of web2, which is open by it, and of web1, of which there is a newer one.
  assert.is((await run(w, "ack", "1")).exit, 0);
  assert.equal(bodies(w, "hd.alert.ack.alice").slice(1), [{ alert: 3 }, { alert: 1 }]);
  assert.match((await run(w, "list")).out, /^1 .* acked by alice/m);
  const document = JSON.parse((await run(w, "ack", "2", "-o", "json")).out);
  assert.equal(document.acknowledged, [{ alert: 2, rule: "slow", place: "prod/web1" }]);
});

test("what is not open cannot be taken on, and what is open is named", async () => {
  const w = await filled();
  const known = "Open are 3 (failed), 1 (failed) and 2 (slow).";
  const refused = async (...words: readonly string[]) => {
    const { exit, err } = await run(w, "ack", ...words);
    assert.is(exit, 2);
    return err;
  };
  assert.match(await refused("99"), `There is no alert 99. ${known}`);
  assert.match(await refused("4"), `There is no alert 4. ${known}`);
  await write(w, "hd.alert.fired.slow.s2", fired("slow", ["prod/web1"], { kind: "resolved", part: 2 }));
  assert.match(await refused("2"), "Alert 2 is not open any more. Open are 3 (failed) and 1 (failed).");
  assert.match(await refused("failed"), "<alert> must be a whole number");
  assert.match(await refused(), "<alert> is missing");
  assert.equal(bodies(w, "hd.alert.ack.alice"), []);
  const { err } = await run(world(), "ack", "1");
  assert.match(err, "There is no alert 1. No alert is open.");
});

test("what tells of a moment is open nowhere: it is not listed, and nobody can take it on for ever", async () => {
  const w = world();
  await write(w, "hd.alert.fired.break-in.times", fired("break-in", ["prod/web1"], { stands: false }));
  const { exit, err } = await run(w, "ack", "1");
  assert.is(exit, 2);
  assert.match(
    err,
    "Alert 1 tells of a moment and is never open; to hear no more of the like for a time: hd alerts silence",
  );
  assert.match((await run(w, "list")).out, "no alert is open");
});

test("a rule, a host or both are silenced for a time, with a reason, and told again", async () => {
  const w = await filled();
  const { exit, err } = await run(
    w,
    "silence",
    "--rule",
    "failed",
    "--host",
    "web1",
    "--for",
    "2h",
    "--reason",
    "disks",
  );
  assert.is(exit, 0, err);
  assert.is(err, "failed on web1 is silenced until 2026-01-31 14:01:00Z: alerts are recorded and not sent\n");
  const until = instant(noonMs + 60_000 + 7_200_000);
  assert.equal(bodies(w, "hd.alert.silence.alice"), [{ rule: "failed", host: "web1", until, reason: "disks" }]);
  assert.match((await run(w, "list")).out, /^3 .* silenced by alice/m);
  const ended = await run(w, "silence", "--rule", "failed", "--host", "web1", "--end");
  assert.is(ended.err, "failed on web1 is told again\n");
  assert.not.match((await run(w, "list")).out, "silenced by alice");
  // Also that of somebody else.
  assert.is((await run(w, "silence", "--rule", "slow", "--end")).exit, 0);
  const document = JSON.parse((await run(w, "silence", "--for", "1d", "--reason", "moving", "-o", "json")).out);
  assert.equal([document.rule, document.host, document.by, document.reason], [null, null, "alice", "moving"]);
});

test("a silence that would do nothing, or that says too little, is refused before anything is written", async () => {
  const w = await filled();
  const wrong: readonly (readonly [words: readonly string[], told: string])[] = [
    [
      ["--host", "wbe1", "--for", "2h", "--reason", "x"],
      "Nothing was silenced: there is no host wbe1. Did you mean web1?",
    ],
    [["--host", "other", "--for", "2h", "--reason", "x"], "there is no host other. There are web1."],
    [["--host", "prod/web1", "--for", "2h", "--reason", "x"], "--host must be a host name"],
    [["--rule", "failed", "--reason", "x"], "--for is missing; say for how long, such as --for 2h, or give --end."],
    [["--rule", "failed", "--for", "2h"], "--reason is missing; say why"],
    [["--rule", "failed", "--for", "2h", "--reason", " "], "--reason is missing; say why"],
    [["--for", "2 hours", "--reason", "x"], "--for must be a length of time such as 90s, 15m, 1h or 30d"],
    [["--for", "91d", "--reason", "x"], "--for must be at most 90d: what is older is forgotten, also a silence."],
    [["--for", "2h", "--end"], "Give --for or --end, not both."],
    [["--rule", "failed", "--end"], "failed on every host is not silenced. Silenced are slow on every host (by bob)."],
  ];
  for (const [words, told] of wrong) {
    const { exit, err } = await run(w, "silence", ...words);
    assert.is(exit, 2, err);
    assert.ok(err.includes(told), err);
  }
  assert.equal(bodies(w, "hd.alert.silence.alice"), []);
  assert.match(
    (await run(world(), "silence", "--end")).err,
    "every rule on every host is not silenced. Nothing is silenced.",
  );
});

test.run();
