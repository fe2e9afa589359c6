/** Alerters that judge by different rules lose each other's alerts: each finds it out from what the others wrote. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AlertRules } from "../../../lib/contract/alert-rules.ts";
import { readRules } from "../../../lib/fleet/read-rules.ts";
import { readAlertRecord } from "../../../streams/alerts/alert-record.ts";
import { digestOf, rulesWatch } from "../../../streams/alerts/same-rules.ts";
import { rightOf } from "../../support/either.ts";
import { keepingLogger, noonMs, requester } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";

const test = suite("streams/alerts/same-rules");

const sink = (file: string): string => `[sinks.ops]\ntype = "slack"\nurl_file = "${file}"\n`;
const rule = (status: string): string => `[rules.one]\nstatus = "${status}"\ntier = "prod"\nto = "ops"\n`;
const rulesOf = (...parts: readonly string[]): AlertRules => rightOf(readRules(parts.join("")));
const [failed, rejected] = [rulesOf(sink("/a"), rule("failed")), rulesOf(sink("/a"), rule("rejected"))];

const fleet = () => {
  let nowMs = noonMs;
  const now = (): number => nowMs;
  const memory = memoryLog({ now });
  const { alerts } = memory.bus();
  const starts = (name: string, rules: AlertRules) => {
    const logger = keepingLogger();
    const watch = rulesWatch({ alerts, rules, requester: requester(name), version: "1", now, logger });
    const look = async (): Promise<void> => rightOf(await watch.look());
    return { ...watch, look, said: () => logger.lines.map(({ message }) => message) };
  };
  const words = () => memory.alerts.records.map(readAlertRecord).map((one) => one.kind);
  return { starts, words, pass: (minutes: number) => (nowMs += minutes * 60_000) };
};

test("the same rules have one digest, wherever a key stands and wherever a secret is; others have another", () => {
  const turned = rulesOf('[rules.one]\nto = "ops"\ntier = "prod"\nstatus = "failed"\n', sink("/b"));
  assert.is(digestOf(turned), digestOf(failed));
  assert.match(digestOf(failed), /^[0-9a-f]{16}$/);
  assert.is.not(digestOf(rejected), digestOf(failed));
  assert.is.not(digestOf(rulesOf(sink("/a"), rule("failed"), '[sinks.more]\ntype = "prometheus"\n')), digestOf(failed));
});

test("two alerters with different rules both say so, once; two with the same say nothing", async () => {
  const { starts, words, pass } = fleet();
  const [a, b] = [starts("alerter", failed), starts("pager", rejected)];
  for (let minute = 0; minute < 30; minute += 1) {
    await a.look();
    await b.look();
    pass(1);
  }
  assert.is(a.said().length, 1);
  assert.match(a.said()[0] ?? "", /^Another alerter \(pager, started .*\) has other rules\..* end all alerters/);
  assert.is(b.said().length, 1);
  assert.equal(words(), ["rules", "rules", "rules", "rules", "rules", "rules"]);
  const same = fleet();
  const [c, d] = [same.starts("alerter", failed), same.starts("pager", failed)];
  for (const one of [c, d, c, d]) await one.look();
  assert.equal([...c.said(), ...d.said()], []);
});

test("whoever has ended, or was killed long ago, may have had any rules", async () => {
  const { starts, pass } = fleet();
  const ended = starts("alerter", failed);
  await ended.look();
  await ended.end();
  const next = starts("alerter", rejected);
  await next.look();
  pass(13);
  const last = starts("alerter", failed);
  await last.look();
  assert.equal([...next.said(), ...last.said()], []);
});

test.run();
