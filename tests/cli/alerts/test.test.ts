/** `hd alerts test`: what a rule would have sent over the recorded log. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../../support/nats.ts";
import { buildFailed, completed, enrol, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/alerts/test");

const file = join(temporaryFolder(), "alerts.toml");
writeFileSync(
  file,
  `[sinks.phone]
type = "prometheus"
[rules.failed]
status = "failed"
to = "phone"
[rules.away]
unseen_for = "1h"
to = "phone"
[rules.old]
undeployed_for = "30d"
to = "phone"
`,
);

const fleet = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  for (const one of [buildFailed("web1"), buildFailed("web2"), completed("web1"), buildFailed("web1")])
    await storeResponse(w.log, one);
  return w;
};

const asked = ["alerts", "test", "failed", "--rules", file, "--since", "90d"];

test("each alert with its time, and how many in all and of which host", async () => {
  const w = await fleet();
  assert.is(await w.hd(...asked), 0);
  assert.match(w.out(), /^TIME +KIND +HOSTS +TITLE\n/);
  assert.match(w.out(), /firing +prod\/web2 +prod\/web2 failed: the configuration did not evaluate or build\n/);
  assert.match(w.out(), /HOST +FIRED\nprod\/web1 +2\nprod\/web2 +1\n/);
  assert.match(
    w.out(),
    /failed would have sent 4 alerts to phone since .+ \(4 records\): 3 firing, 1 resolved, about 2 hosts\.\n$/,
  );
  assert.is(w.log.alerts.records.length, 0);
});

test("the newest are shown, and all are counted", async () => {
  const w = await fleet();
  assert.is(await w.hd(...asked, "-n", "1"), 0);
  assert.match(w.out(), /and 3 before these; --limit shows more\n/);
  assert.match(w.out(), /sent 4 alerts/);
});

test("as JSON", async () => {
  const w = await fleet();
  assert.is(await w.hd(...asked, "-o", "json"), 0);
  const { kind, alerts, counts, rule } = JSON.parse(w.out());
  assert.equal([kind, rule, alerts.length], ["AlertTest", "failed", 4]);
  assert.equal(counts, { firing: 3, resolved: 1, by_host: { "prod/web1": 2, "prod/web2": 1 }, records: 4 });
  assert.equal(alerts[0].hosts, ["prod/web1"]);
});

test("as JSON lines, the result last", async () => {
  const w = await fleet();
  assert.is(await w.hd(...asked, "-o", "ndjson"), 0);
  const lines = w.out().trimEnd().split("\n");
  assert.is(lines.length, 5);
  assert.is(JSON.parse(lines.at(-1) ?? "").type, "result");
});

test("a rule that would have sent nothing says so", async () => {
  const w = await fleet();
  assert.is(await w.hd("alerts", "test", "old", "--rules", file), 0);
  assert.match(w.out(), /^old would have sent nothing since .+ \(4 records\)\.\nLooked at were the hosts/);
});

test("bad input is refused before anything is connected", async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["alerts", "test", "faild", "--rules", file], /has no rule faild\. Did you mean failed\?/],
    [["alerts", "test", "nightly", "--rules", file], /has no rule nightly\. It has failed, away and old\./],
    [["alerts", "test", "failed"], /Give --rules FILE/],
    [["alerts", "test", "failed", "--rules", `${file}.none`], /There is no/],
    [["alerts", "test", "failed", "--rules", file, "--since", "2099-01-01"], /must be a moment that is past/],
    [["alerts", "test", "a.b", "--rules", file], /a rule's name/],
    [["alerts", "test", "away", "--rules", file], /cannot be told afterwards/],
  ];
  for (const [words, expected] of cases) {
    const w = await fleet();
    assert.is(await w.hd(...words), 2, words.join(" "));
    assert.match(w.err(), expected);
    assert.is(w.out(), "");
  }
});

test.run();
