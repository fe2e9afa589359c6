/**
 * What the sinks of others' APIs send, received for real and held against what those APIs publish: for ordinary alerts, and for any
 * text that a host could have put into one.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Alert } from "../../../lib/contract/alert.ts";
import type { Sink } from "../../../lib/contract/alert-rules.ts";
import type { Outgoing } from "../../../lib/router/alerting.ts";
import type { SinkEnv } from "../../../lib/sinks/sink-env.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { matrixText, ntfyPublish, postableAlerts, slackWebhook } from "../../fixtures/public-apis.ts";
import { alertOf, detail, outgoingOf } from "../../support/alerts.ts";
import { hostName, noonMs, requester, sinkName } from "../../support/fixtures.ts";
import { httpReceiver, type Received, status } from "../../support/http-receiver.ts";
import { sinkEnv } from "../../support/sink-env.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/sinks/payloads");
const dir = tempDir("payloads");
const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const receiver = await httpReceiver();
test.after(() => receiver.stop());

const tokenFile = file("token", "tk_secret\n");
const urlFile = file("url", `${receiver.url}/services/T0/B0/hush\n`);
const name = sinkName("ops");

const sinks = {
  alertmanager: { name, type: "alertmanager", url: `${receiver.url}/am/`, tokenFile },
  ntfy: { name, type: "ntfy", url: `${receiver.url}/sub/homelab`, tokenFile },
  slack: { name, type: "slack", urlFile },
  matrix: { name, type: "matrix", url: `${receiver.url}/`, room: "!a/b:example.org", tokenFile },
} as const satisfies Readonly<Record<string, Sink>>;

type Type = keyof typeof sinks;

const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { "date-time": /^\d{4}-.*Z$/, uri: true } });
const checks = {
  alertmanager: ajv.compile(postableAlerts as AnySchema),
  ntfy: ajv.compile(ntfyPublish as AnySchema),
  slack: ajv.compile(slackWebhook as AnySchema),
  matrix: ajv.compile(matrixText as AnySchema),
};

/** What is received, which its API's schema accepts. */
const received = async (type: Type, outgoing: Outgoing, changes: Partial<SinkEnv> = {}): Promise<Received> => {
  const delivered = await sinkPort(sinks[type], sinkEnv({ now: () => noonMs, ...changes })).send(outgoing);
  assert.equal(delivered, { outcome: "sent" });
  const got = receiver.got.at(-1);
  if (got === undefined) throw new Error("nothing came");
  const check = checks[type];
  assert.ok(check(JSON.parse(got.body)), `${type}: ${ajv.errorsText(check.errors)}\n${got.body}`);
  return got;
};

const bodyOf = async (type: Type, outgoing: Outgoing, changes: Partial<SinkEnv> = {}) =>
  JSON.parse((await received(type, outgoing, changes)).body);

test("each goes where its API wants it, with the token from the file", async () => {
  const places = await Promise.all((Object.keys(sinks) as Type[]).map(async (type) => [type] as const));
  const found = [];
  for (const [type] of places) {
    const { method, path, headers } = await received(type, outgoingOf());
    found.push([type, method, path, headers.authorization ?? "none", headers["content-type"]]);
  }
  assert.equal(found, [
    ["alertmanager", "POST", "/am/api/v2/alerts", "Bearer tk_secret", "application/json"],
    ["ntfy", "POST", "/sub", "Bearer tk_secret", "application/json"],
    ["slack", "POST", "/services/T0/B0/hush", "none", "application/json"],
    [
      "matrix",
      "PUT",
      "/_matrix/client/v3/rooms/!a%2Fb%3Aexample.org/send/m.room.message/alert%3Afailed%3Ar41%3A1",
      "Bearer tk_secret",
      "application/json",
    ],
  ]);
});

interface Posted {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

const recovered = alertOf({
  ...{ kind: "resolved", title: "prod/web1 recovered", acked_by: requester("bob") },
  at: new Date(noonMs + 60_000).toISOString() as Alert["at"],
});

test("Alertmanager: an alert for each host, which stands until it recovers and ends by its labels", async () => {
  const two = alertOf({ details: [detail(), detail({ host: hostName("dns1"), recovered: "yes" })] });
  const alerts = await bodyOf("alertmanager", outgoingOf(two));
  const labels = { alertname: "failed", severity: "critical", tier: "prod", host: "web1" };
  assert.equal(
    alerts.map((one: Posted) => [one.labels["host"], one.startsAt, one.endsAt]),
    [
      ["web1", "2026-01-31T12:00:00.000Z", "2026-05-01T12:00:00.000Z"],
      ["dns1", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"],
    ],
  );
  assert.equal(alerts[0].labels, labels);
  assert.equal(alerts[0].annotations, {
    summary: "Critical: prod/web1 failed: build_failed",
    description: [
      "prod/web1: the configuration did not build (build_failed, in build, after 2m 3s, commit aaaaaaaaaa)",
      "error: attribute 'nginx' missing",
      "       at flake.nix:12",
      "asked by alice: switch main",
      "why: weekly update",
    ].join("\n"),
    command: "hd show 01KA0000000000000000000000",
  });
  const [end] = await bodyOf("alertmanager", outgoingOf(recovered));
  assert.equal([end.labels, end.startsAt, end.endsAt], [labels, recovered.at, recovered.at]);
});

test("Alertmanager: what nothing will close stands for an hour, and what is about no host has no host", async () => {
  const [moment] = await bodyOf("alertmanager", outgoingOf(), { recovers: () => false });
  assert.is(moment.endsAt, "2026-01-31T13:00:00.000Z");
  const [full] = await bodyOf("alertmanager", outgoingOf(alertOf({ hosts: [], details: [] })));
  assert.equal(full.labels, { alertname: "failed", severity: "critical" });
});

test("Alertmanager: hosts beyond those with details have alerts, too", async () => {
  const hosts = Array.from({ length: 200 }, (_, n) => `prod/h${n}` as Alert["hosts"][number]);
  const details = hosts.slice(0, 50).map((_, n) => detail({ host: hostName(`h${n}`) }));
  const alerts = await bodyOf("alertmanager", outgoingOf(alertOf({ hosts, details })));
  assert.is(alerts.length, 200);
  assert.is(alerts[199].labels.host, "h199");
});

test("ntfy: priority and tag by severity, one sequence for one alert, and no more than its limit", async () => {
  const first = await bodyOf("ntfy", outgoingOf());
  assert.equal([first.topic, first.priority, first.tags], ["homelab", 5, ["rotating_light"]]);
  assert.is((await bodyOf("ntfy", outgoingOf())).sequence_id, first.sequence_id);
  assert.is.not((await bodyOf("ntfy", outgoingOf(alertOf(), { id: "alert:x" }))).sequence_id, first.sequence_id);
  const ended = await bodyOf("ntfy", outgoingOf(recovered));
  assert.equal([ended.title, ended.priority, ended.tags], ["Resolved: prod/web1 recovered", 3, ["white_check_mark"]]);
  const long = detail({ message: "ü€😀".repeat(2_000), log_tail: Array(10).fill("ö".repeat(2_000)) });
  const { message } = await bodyOf("ntfy", outgoingOf(alertOf({ details: Array(10).fill(long) })));
  assert.ok(Buffer.byteLength(message) <= 4_096);
  assert.not.match(message, /\ufffd/);
});

const again = /This may have come before/;

test("where a repetition would be seen it says so, and nowhere else", async () => {
  const outgoing = outgoingOf(alertOf(), { perhapsAgain: true });
  assert.match((await received("ntfy", outgoing)).body, again);
  assert.match((await received("slack", outgoing)).body, again);
  assert.not.match((await received("matrix", outgoing)).body, again);
  assert.not.match((await received("alertmanager", outgoing)).body, again);
});

test("Matrix: the room may have any characters, and the HTML says what the text says", async () => {
  const body = await bodyOf("matrix", outgoingOf());
  assert.is(body.body.split("\n")[0], "Critical: prod/web1 failed: build_failed");
  assert.match(body.formatted_body, /^<strong>Critical: .*<\/strong><pre><code>.*attribute &#39;nginx&#39; missing/s);
});

test("a Matrix server that is asked too often says how long to wait", async () => {
  const busy = await httpReceiver(status(429, '{"errcode":"M_LIMIT_EXCEEDED"}', { "retry-after": "3" }));
  const delivered = await sinkPort({ ...sinks.matrix, url: busy.url }, sinkEnv()).send(outgoingOf());
  await busy.stop();
  assert.is(delivered.outcome === "failed" && delivered.afterMs, 3_000);
  assert.not.match(delivered.message ?? "", /tk_secret/);
});

test("a token that can be in no header is never repeated", async () => {
  for (const token of ["hush\u20ac", "hush\u200b"]) {
    const delivered = await sinkPort({ ...sinks.ntfy, tokenFile: file("odd", token) }, sinkEnv()).send(outgoingOf());
    assert.is(delivered.outcome, "failed");
    assert.not.match(delivered.message ?? "", /hush/);
  }
});

test("a URL in a file that is none is never repeated", async () => {
  for (const text of ["hush", "ftp://hush/", "http://bob:hush@127.0.0.1/"]) {
    const delivered = await sinkPort({ ...sinks.slack, urlFile: file("odd", text) }, sinkEnv()).send(outgoingOf());
    assert.is(delivered.outcome, "failed");
    assert.not.match(delivered.message ?? "", /hush/);
  }
});

/** What prose lets through, made of what is dangerous somewhere. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...[
        "<!channel>",
        "<@U123>",
        "@channel",
        "@here",
        "@room",
        "<script>",
        "&amp;",
        "&",
        "</code></pre><b>",
        '"',
        "'",
      ],
      ...[
        "```",
        "*b*",
        "_i_",
        "\n",
        "\t",
        "\u2028",
        "\u202e",
        "\u0085",
        "ü",
        "😀",
        "\\",
        "{{.}}",
        "%0a",
        "x".repeat(300),
      ],
      ...["https://bob:s3cret@h/"],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const hostileAlert = fc
  .record({ title: hostile, message: hostile, reason: hostile, line: hostile })
  .map(({ title, message, reason, line }) => ({
    ...alertOf({ title: title.slice(0, 200), details: [detail({ message, log_tail: [line] })] }),
    about: { ...alertOf().about, seq: 41, reason },
  }));

test("no text of a host becomes markup, calls anybody, or breaks what an API takes", async () => {
  await fc.assert(
    fc.asyncProperty(hostileAlert, async (alert) => {
      for (const type of Object.keys(sinks) as Type[]) {
        const { body } = await received(type, outgoingOf(alert));
        assert.not.match(body, /s3cret|\u202e/, type);
      }
      const slack = await bodyOf("slack", outgoingOf(alert));
      assert.not.match(slack.text, /[<>]|@(channel|here)\b|&(?!amp;|lt;|gt;)/);
      assert.ok(slack.text.length <= 2_000, "Discord takes no more");
      assert.not.match(slack.blocks[0].text.text, /\n/);
      const { formatted_body: html } = await bodyOf("matrix", outgoingOf(alert));
      assert.equal(html.match(/<[^>]*>/g), ["<strong>", "</strong>", "<pre>", "<code>", "</code>", "</pre>"]);
      assert.not.match((await bodyOf("ntfy", outgoingOf(alert))).title, /\p{Cc}/u);
    }),
    { numRuns: 60 },
  );
});

test.run();
