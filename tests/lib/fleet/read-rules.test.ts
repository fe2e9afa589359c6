/** Rules are read as they were meant, or everything that is wrong with them is told at its line and column; a rule that could never fire is wrong. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readFleet } from "../../../lib/fleet/read-fleet.ts";
import { readRules } from "../../../lib/fleet/read-rules.ts";
import { anyText } from "../../support/arbitraries.ts";
import { anyRules, rulesToml } from "../../support/rules-toml.ts";

const test = suite("lib/fleet/read-rules");

const rulesOf = (text: string) => {
  const read = readRules(text);
  if (read._tag === "Left")
    throw new Error(`${read.left.map(({ line, message }) => `${line}: ${message}`).join("\n")}\n${text}`);
  return read.right;
};

const faultsOf = (text: string): readonly string[] => {
  const read = readRules(text);
  return read._tag === "Right" ? [] : read.left.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

const sink = '[sinks.ops]\ntype = "webhook"\nurl = "https://h.example.org/x"\n';

/** What is wrong with a rule that stands from line 5 on. */
const ruleFaults = (lines: string, to = 'to = "ops"\n'): readonly string[] =>
  faultsOf(`${sink}[rules.r]\n${lines}${to}`);

test("what is left out has its default; a word is a list of one", () => {
  const { rules, sinks } = rulesOf(
    `${sink}[rules.failed]\nstatus = "failed"\nto = "ops"\n[rules.stuck]\nunfinished_for = "1h"\ntier = ["prod", "lab"]\nto = ["ops"]\n`,
  );
  assert.equal(sinks, [{ name: "ops", type: "webhook", url: "https://h.example.org/x", secretFile: undefined }]);
  const [failed, stuck] = rules;
  assert.equal(failed?.when, {
    kind: "record",
    ...{ tier: undefined, host: undefined, role: undefined, status: ["failed"], error: undefined },
    ...{ requester: undefined, action: undefined, phase: undefined, longerThanMs: undefined, rolledBack: undefined },
    ...{ freezeOverridden: undefined, unsigned: undefined, times: undefined },
  });
  assert.equal(
    [failed?.to, failed?.severity, failed?.recovery, failed?.groupWaitMs],
    [["ops"], "warning", true, 300_000],
  );
  assert.equal(stuck?.when, {
    ...{ kind: "unfinished", tier: ["prod", "lab"], host: undefined, role: undefined, afterMs: 3_600_000 },
  });
});

test("what tells of failures and of what is missing is closed by a success, unless the rule says otherwise", () => {
  const recovery = (lines: string): boolean | undefined =>
    rulesOf(`${sink}[rules.r]\n${lines}to = "ops"\n`).rules[0]?.recovery;
  for (const closed of ['status = "failed"', 'error = "build_failed"', "rolled_back = true", 'unseen_for = "1d"'])
    assert.is(recovery(`${closed}\n`), true, closed);
  for (const open of [
    'status = "rejected"',
    'error = "unauthorized"',
    'longer_than = "10m"',
    "unsigned = true",
    'tier = "prod"',
  ])
    assert.is(recovery(`${open}\n`), false, open);
  assert.is(recovery('status = "failed"\nrecovery = false\n'), false);
});

test("any rules that are written down are read as the same rules", () => {
  fc.assert(
    fc.property(anyRules, (rules) =>
      assert.equal(JSON.parse(JSON.stringify(rulesOf(rulesToml(rules)))), JSON.parse(JSON.stringify(rules))),
    ),
    { numRuns: 500 },
  );
});

test("everything that is wrong is told at once, where it stands, with the nearest right word", () => {
  const faults = faultsOf(`[snks.a]
[sinks.phone]
type = "ntfi"
[sinks.Ops]
type = "webhook"
url = "https://alice:secret@h.example.org"
secret = "s3cret"
[sinks.ops]
type = "webhook"
[sinks.mail]
type = "email"
server = "mail.example.org"
from = "hd"
to = []
user = "hd"
[sinks.own]
type = "command"
argv = ["notify"]
[sinks.room]
type = "matrix"
url = "ftp://x"
room = "#a:b"
token_file = "token"
[sinks.chat]
type = "slack"
url = "https://hooks.slack.com/services/x"
[rules.a]
staus = "failed"
to = "fone"
[rules.b]
status = "faild"
error = ["build_faild"]
action = "swich"
phase = "biuld"
severity = "fatal"
group_wait = "2d"
longer_than = "10 minutes"
to = ["phone", "phone"]
[rules.log-full]
status = "failed"
to = "mail"
[rules."a b"]
[rules.c]
times = 1
within = "0s"
rolled_back = false
to = []
`);
  assert.equal(faults, [
    "1:2: snks is not a key in a file of rules; did you mean sinks?",
    '3:8: sinks.phone.type must be one of webhook, ntfy, alertmanager, slack, matrix, email, prometheus, command; it is "ntfi"; did you mean ntfy?',
    "6:7: sinks.Ops.url must be an address with http:// or https://, without a name or a password in it, such as https://hooks.example.org/hd; what it is may be a secret, so it is not shown",
    "7:1: secret is not a key of sinks.Ops; did you mean secret_file?",
    "8:8: sinks.ops: the name is taken by sinks.Ops on line 4",
    "10:8: sinks.mail.user needs sinks.mail.password_file: the full path of a file with the secret in it, such as /run/credentials/hd-alerter/token",
    '12:10: sinks.mail.server must be a mail server without a name or a password in it, such as smtp://mail.example.org:587 or smtps://mail.example.org; it is "mail.example.org"',
    '13:8: sinks.mail.from must be an address such as ops@example.org, without a name before it; it is "hd"',
    "14:6: sinks.mail.to is empty; name one address or more",
    '18:9: sinks.own.argv must be the full path of a program, such as /usr/bin/notify; it is "notify"',
    '21:7: sinks.room.url must be an address with http:// or https://, without a name or a password in it, such as https://hooks.example.org/hd; it is "ftp://x"',
    '22:8: sinks.room.room must be the id of a room, such as !abc:example.org; a name that begins with # is none; it is "#a:b"',
    "23:14: sinks.room.token_file must be the full path of a file with the secret in it, such as /run/credentials/hd-alerter/token; what it is may be a secret, so it is not shown",
    '24:8: sinks.chat.url_file is missing; write url_file = "/run/credentials/hd-alerter/slack"',
    "26:1: url is not a key of sinks.chat; did you mean url_file?",
    '27:8: rules.a has no condition, so it would tell of everything; write one, such as status = "failed"',
    "28:1: staus is not a key of rules.a; did you mean status?",
    "29:6: rules.a.to: there is no sink fone; did you mean phone?",
    '31:10: rules.b.status must be one of accepted, rejected, started, completed, failed, applied; it is "faild"; did you mean failed?',
    '32:10: rules.b.error must be a code of the failure table (docs/reference/failures.md); it is "build_faild"; did you mean build_failed?',
    '33:10: rules.b.action must be one of switch, boot, test, dry-activate; it is "swich"; did you mean switch?',
    '34:9: rules.b.phase must be one of resolve, build, activate, verify, rollback; it is "biuld"; did you mean build?',
    '35:12: rules.b.severity must be one of info, warning, critical; it is "fatal"',
    "36:14: rules.b.group_wait must be at most 1d: until then nobody is told",
    '37:15: rules.b.longer_than must be a length of time such as 90s, 15m, 1h or 30d; it is "10 minutes"',
    '38:16: rules.b.to names "phone" twice',
    "39:8: rules.log-full: a rule of this name is always there; take another name",
    '42:8: "a b" cannot be a name; write a rule\'s name (letters, digits, - and _, at most 63)',
    "44:9: rules.c.times must be a whole number from 2 to 1000; it is 1",
    '45:10: rules.c.within must be a length of time such as 90s, 15m, 1h or 30d; it is "0s"',
    "46:15: rules.c.rolled_back = false asks for nothing; leave it out",
    "47:6: rules.c.to is empty; name one sink or more",
  ]);
});

test("of what may hold a secret nothing but a machine is repeated", () => {
  const wrong = [
    'type = "email"\nserver = "smtp://bob:hunter2@mail.example.org"',
    'type = "email"\nuser = "bob"\nserver = "mail.example.org:587"\npassword_file = "hunter2"',
    'type = "ntfy"\nurl = "https://ntfy.sh/hunter2/?auth=hunter2"',
    'type = "webhook"\nurl = "https://h.example.org/x#hunter2"',
    'type = "webhook"\nurl = "https://h.example.org/x"\nsecret_file = "hunter2"',
    'type = "slack"\nurl_file = "https://hooks.slack.com/services/hunter2"',
  ];
  for (const lines of wrong) {
    const told = faultsOf(`[sinks.ops]\n${lines}\n`).join("\n");
    assert.match(told, "what it is may be a secret, so it is not shown");
    assert.not.match(told, "hunter2");
  }
});

test("there are at most as many sinks as an alert may go to", () => {
  const sinks = (count: number): string =>
    Array.from({ length: count }, (_, n) => `[sinks.s${n}]\ntype = "prometheus"\n`).join("");
  assert.equal(faultsOf(sinks(64)), []);
  assert.equal(faultsOf(sinks(66)), ["129:8: sinks.s64: there may be at most 64 sinks; here are 66"]);
});

test("conditions that do not go together are told as such", () => {
  const wrong: Readonly<Record<string, string>> = {
    'unseen_for = "1h"\nstatus = "failed"\n':
      "5:1: rules.r: unseen_for looks at what is missing, and status at what is there; write a rule for each",
    'unseen_for = "1h"\nunfinished_for = "1h"\n':
      "5:1: rules.r: unfinished_for and unseen_for are two conditions; write a rule for each",
    'status = "failed"\ntimes = 3\n': '6:1: rules.r.times needs within; write within = "10m"',
    'status = "failed"\nwithin = "10m"\n': "6:1: rules.r.within needs times; write times = 3",
    'status = "completed"\nrecovery = true\n':
      "6:1: rules.r.recovery: the rule tells of successes, and those need no recovery. Leave it out",
    "": '4:8: rules.r has no condition, so it would tell of everything; write one, such as status = "failed"',
    "tier = []\n": "5:8: rules.r.tier is empty; leave it out to mean all",
  };
  for (const [lines, fault] of Object.entries(wrong)) assert.equal(ruleFaults(lines), [fault], lines);
  assert.equal(ruleFaults('status = "failed"\n', ""), ['4:8: rules.r.to is missing; write to = "ops"']);
  assert.match(
    faultsOf('[rules.r]\nstatus = "failed"\nto = "ops"\n')[0] ?? "",
    "there is no sink ops; write [sinks.ops], with its type",
  );
});

test("a rule that could never fire is told, with what speaks against it", () => {
  const silent: Readonly<Record<string, string>> = {
    'status = "accepted"\nerror = "build_failed"\n':
      "6:1: rules.r.error: the error build_failed only comes with started, failed, and the rest of the rule leaves accepted. The rule could never fire",
    'status = "failed"\nerror = "unauthorized"\n':
      "6:1: rules.r.error: the error unauthorized only comes with rejected, and the rest of the rule leaves failed. The rule could never fire",
    'error = "unusable_key"\n':
      "5:1: rules.r.error: the error unusable_key stands in no record, only commands end in it. The rule could never fire",
    'status = ["accepted", "rejected"]\nphase = "build"\n':
      "6:1: rules.r.phase: the phase build only comes with started, failed, and the rest of the rule leaves accepted, rejected. The rule could never fire",
    'error = "frozen"\nphase = "build"\n':
      "6:1: rules.r.phase: the phase build only comes with started, failed, and the rest of the rule leaves rejected. The rule could never fire",
    'status = "accepted"\nlonger_than = "1m"\n':
      "6:1: rules.r.longer_than: a duration only comes with started, completed, failed, and the rest of the rule leaves accepted. The rule could never fire",
    'longer_than = "1000d"\n':
      "5:1: rules.r.longer_than: no deadline is longer than 24d, and a deployment has three. The rule could never fire",
    'status = "completed"\nrolled_back = true\n':
      "6:1: rules.r.rolled_back: a rollback only comes with failed, and the rest of the rule leaves completed. The rule could never fire",
    'status = "applied"\naction = "switch"\n':
      "6:1: rules.r.action: an action only comes with accepted, rejected, started, completed, failed, and the rest of the rule leaves applied. The rule could never fire",
    'action = "dry-activate"\nrolled_back = true\n':
      "5:1: rules.r.action: dry-activate changes nothing, so nothing of it is rolled back. The rule could never fire",
    'phase = ["build", "activate"]\nrolled_back = true\n':
      "5:1: rules.r.phase: what was rolled back ended in the phase rollback. The rule could never fire",
    'error = ["rolled_back", "rollback_failed"]\nphase = "verify"\n':
      "6:1: rules.r.phase: what was rolled back ended in the phase rollback. The rule could never fire",
    'action = "dry-activate"\nerror = "rolled_back"\n':
      "5:1: rules.r.action: dry-activate changes nothing, so nothing of it is rolled back. The rule could never fire",
    'requester = "unnamed"\nfreeze_overridden = true\n':
      "5:1: rules.r.requester: nobody without a name overrides a freeze. The rule could never fire",
    'error = "frozen"\nfreeze_overridden = true\n':
      "5:1: rules.r.error: who overrides a freeze is not refused for it. The rule could never fire",
  };
  for (const [lines, fault] of Object.entries(silent)) assert.equal(ruleFaults(lines), [fault], lines);
});

const fleet = `[server]
urls = ["nats://x"]
[tiers.prod]
[tiers.lab]
signatures = "warn"
[hosts.web1]
tier = "prod"
roles = ["web"]
[hosts.lab1]
tier = "lab"
roles = ["dns"]
[people.alice]
role = "deployer"
tiers = ["lab"]
[people.carol]
role = "auditor"
[people.root]
role = "admin"
${sink}`;

const fleetFaults = (lines: string): readonly string[] => {
  const read = readFleet(`${fleet}[rules.r]\nto = "ops"\n${lines}`);
  return read._tag === "Right" ? [] : read.left.map(({ message }) => message);
};

test("in a fleet file rules are held against the fleet", () => {
  const wrong: Readonly<Record<string, string>> = {
    'tier = "prdo"\n': "rules.r.tier: there is no tier prdo in the fleet; did you mean prod?",
    'host = "web2"\n': "rules.r.host: there is no host web2 in the fleet; did you mean web1?",
    'role = "database"\n': "rules.r.role: there is no role database in the fleet; known are web, dns",
    'requester = "alcie"\n': "rules.r.requester: there is no requester alcie in the fleet; did you mean alice?",
    'tier = "lab"\nrole = "web"\n':
      "rules.r.role: no host of the fleet has such a tier and role. The rule could never fire",
    'tier = "lab"\nhost = "web1"\nunseen_for = "1d"\n':
      "rules.r.host: no host of the fleet has such a tier and host. The rule could never fire",
    'requester = "carol"\n': "rules.r.requester: carol may not ask there. The rule could never fire",
    'requester = "alice"\ntier = "prod"\n': "rules.r.requester: alice may not ask there. The rule could never fire",
    'requester = "alice"\nfreeze_overridden = true\n':
      "rules.r.requester: alice may not override a freeze. The rule could never fire",
  };
  for (const [lines, fault] of Object.entries(wrong)) assert.equal(fleetFaults(lines), [fault], lines);
  const right = [
    'tier = "prod"\n',
    'requester = "root"\ntier = "prod"\n',
    "unsigned = true\n",
    // A listener that was started without trusted keys checks nothing, whatever the fleet file says of its tier.
    'unsigned = true\nstatus = "completed"\ntier = "prod"\n',
    'host = "lab1"\nunsigned = true\nstatus = "completed"\n',
  ];
  for (const lines of right) assert.equal(fleetFaults(lines), [], lines);
});

test("a host in which something is wrong is not told again where a rule names it", () => {
  const faults = readFleet(
    `${fleet.replace('tier = "lab"\nroles', 'tier = "lba"\nroles')}[rules.r]\nhost = "lab1"\nto = "ops"\n`,
  );
  assert.equal(faults._tag === "Left" && faults.left.map(({ message }) => message), [
    "hosts.lab1.tier: there is no tier lba; did you mean lab?",
  ]);
});

test("no text breaks the reader", () => {
  const pieces = fc.array(
    fc.oneof(
      anyText,
      fc.constantFrom("[rules.a]\n", "[sinks.a]\n", "to = ", '"a"', "\n", "times = 3\n", "[", "=", "x"),
      anyRules.map(rulesToml),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (all) => {
      const read = readRules(all.join(""));
      if (read._tag === "Left") assert.ok(read.left.length > 0);
    }),
    { numRuns: 300 },
  );
});

test("rules with one character changed are read or told of, never both and never neither", () => {
  const change = fc.tuple(anyRules.map(rulesToml), fc.nat(), fc.constantFrom("", "x", '"', "\n", "[", "=", " ", "-"));
  fc.assert(
    fc.property(change, ([text, at, put]) => {
      const n = at % (text.length + 1);
      readRules(text.slice(0, n) + put + text.slice(n + 1));
    }),
    { numRuns: 300 },
  );
});

test.run();
