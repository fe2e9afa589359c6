/** `hd alerts send-test` with real sinks: what is shown, how it ends, and what is refused before anything is sent. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runInProcess } from "../../e2e/support/in-process.ts";
import { httpReceiver, status } from "../../support/http-receiver.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("cli/alerts/send-test");
const dir = tempDir("send-test");
const good = await httpReceiver();
const bad = await httpReceiver(status(503, "asleep"));
const strict = await httpReceiver(status(400, "no such thing"));
test.after(async () => {
  await Promise.all([good.stop(), bad.stop(), strict.stop()]);
});

const rules = join(dir, "alerts.toml");
writeFileSync(
  rules,
  `
[sinks.phone]
type = "ntfy"
url = "${good.url}/homelab"
[sinks.ops]
type = "webhook"
url = "${bad.url}/hush"
[sinks.strict]
type = "webhook"
url = "${strict.url}"
[sinks.count]
type = "prometheus"
[rules.failed]
status = "failed"
to = ["phone", "ops", "strict", "count"]
`,
);

const hd = (...words: readonly string[]) => runInProcess(["alerts", "send-test", ...words], {}, () => 1_000);

test("a sink that takes it", async () => {
  assert.equal(await hd("phone", "--rules", rules), {
    ...{ code: 0, err: "" },
    out: "phone (ntfy) took the test alert, after 0ms\n",
  });
  const { topic, title, message } = JSON.parse(good.got[0]?.body ?? "");
  assert.equal([topic, title], ["homelab", "A test of the sink phone: nothing is wrong"]);
  assert.match(message, /^test\/example: this is where an alert says what happened\nlast line of its output:\n/);
});

test("one that does not, and one that never will: both end badly, and no address is shown", async () => {
  const { code, out } = await hd("ops", "--rules", rules);
  assert.is(code, 1);
  assert.match(out, /^ops \(webhook\) did not take the test alert; an alerter would try again, after 0ms\n {2}http:/);
  assert.match(out, /answered with status 503: asleep\n$/);
  assert.not.match(out, /hush/);
  const refused = await hd("strict", "--rules", rules);
  assert.is(refused.code, 1);
  assert.match(refused.out, /^strict \(webhook\) refused the test alert; an alerter would go on to the next/);
});

test("for programs", async () => {
  const { code, out } = await hd("phone", "--rules", rules, "-o", "json");
  assert.equal(
    [code, JSON.parse(out)],
    [
      0,
      {
        ...{ apiVersion: "hd/v1", kind: "AlertTest", sink: "phone", type: "ntfy" },
        ...{ outcome: "sent", message: null, elapsed_ms: 0 },
      },
    ],
  );
  const lines = (await hd("ops", "--rules", rules, "-o", "ndjson")).out.trim().split("\n");
  assert.is(lines.length, 1);
  assert.is(JSON.parse(lines[0] ?? "").outcome, "failed");
});

test("what is asked wrongly is refused with what is right, before anything is sent", async () => {
  const before = good.got.length;
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["phon", "--rules", rules], /There is no sink phon in .*alerts\.toml\. Did you mean phone\?/],
    [["zzz", "--rules", rules], /It has phone, ops, strict, count\./],
    [["phone"], /Give --rules FILE, or --fleet DIR/],
    [["phone", "--rules", rules, "--fleet", dir], /Give --rules or --fleet, not both\./],
    [["phone", "--rules", join(dir, "none.toml")], /There is no .*none\.toml/],
    [["a.b", "--rules", rules], /<sink> must be a sink's name/],
    [[], /<sink> is missing/],
  ];
  for (const [words, told] of cases) {
    const { code, err } = await hd(...words);
    assert.is(code, 2, words.join(" "));
    assert.match(err, told);
  }
  assert.is(good.got.length, before);
});

test.run();
