/** An alert as people read it. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Alert } from "../../../lib/contract/alert.ts";
import { instant } from "../../../lib/contract/values.ts";
import { textOf } from "../../../lib/sinks/message-text.ts";
import { messageOf } from "../../../streams/alerts/message.ts";
import { alertOf, detail, outgoingOf } from "../../support/alerts.ts";
import { hostName, noonMs, requester, ruleName, tier } from "../../support/fixtures.ts";

const test = suite("streams/alerts/message");

const screen = (alert: Alert, nowMs = noonMs): string => {
  const message = messageOf(alert, nowMs);
  return [message.title, textOf(outgoingOf(alert, { message }), { canTell: true })].join("\n");
};

/** Without what it was about. */
const bare = ({ about: _, ...alert }: Alert): Alert => alert;

const absent = (changes: Partial<Alert> = {}): Alert =>
  bare(
    alertOf({
      ...{ rule: ruleName("away"), severity: "warning", title: "prod/web1 has not been heard of for 2h" },
      details: [
        {
          ...{ tier: tier("prod"), host: hostName("web1"), since: instant(noonMs - 7_200_000) },
          message: "nothing was heard of its listener",
        },
      ],
      ...changes,
    }),
  );

test("a failure of one host says host, what, commit, who, why, how long, and what shows more", () => {
  assert.is(
    screen(alertOf()),
    `Critical: prod/web1 failed: build_failed
prod/web1: the configuration did not build (build_failed, in build, after 2m 3s, commit aaaaaaaaaa)
last 2 lines of its output:
  | error: attribute 'nginx' missing
  |        at flake.nix:12
asked by alice: switch main
why: weekly update
more: hd show 01KA0000000000000000000000`,
  );
});

test("a rollback says what led to it", () => {
  const one = detail({ error: "rolled_back" as never, cause: "health_check_failed" as never, phase: "rollback" });
  assert.match(
    screen(alertOf({ details: [one] })),
    /\(rolled_back after health_check_failed, in rollback, after 2m 3s/,
  );
});

test("what is absent says since when, and the end of it how long it was", () => {
  assert.is(
    screen(absent()),
    `Warning: prod/web1 has not been heard of for 2h
prod/web1: nothing was heard of its listener (since 2026-01-31 10:00 UTC, for 2h)
more: hd history --host prod/web1`,
  );
  const over = absent({ kind: "resolved", title: "prod/web1 is heard of again", acked_by: requester("bob") });
  assert.is(
    screen(over),
    `Resolved: prod/web1 is heard of again
prod/web1: nothing was heard of its listener (it was so since 2026-01-31 10:00 UTC, for 2h)
taken on by bob
more: hd history --host prod/web1`,
  );
});

test("when it happened is said of what is not of now, which a record of an alerter that was away is", () => {
  const failedAt = (ms: number, changes: Partial<Alert> = {}): string =>
    screen(alertOf({ details: [detail({ since: instant(noonMs - ms) })], ...changes }));
  assert.not.match(failedAt(9 * 60_000), /since/);
  assert.match(failedAt(3 * 3_600_000), /, since 2026-01-31 09:00 UTC, for 3h\)/);
  const well = failedAt(3_600_000, { kind: "resolved" });
  assert.match(well, /, since 2026-01-31 11:00 UTC, for 1h\)/);
  assert.not.match(well, /it was so/);
});

test("of many hosts the first are told, the output of three, and the others are counted", () => {
  const hosts = Array.from({ length: 60 }, (_, n) => `prod/h${n + 1}` as Alert["hosts"][number]);
  const details = hosts.slice(0, 50).map((_, n) => detail({ host: hostName(`h${n + 1}`) }));
  const lines = screen(alertOf({ hosts, details })).split("\n");
  assert.is(lines.filter((line) => line.startsWith("prod/h")).length, 10);
  assert.is(lines.filter((line) => line.startsWith("last 2 lines")).length, 3);
  assert.ok(lines.includes("and 50 more hosts"));
  const eleven = { hosts: hosts.slice(0, 11), details: details.slice(0, 11) };
  assert.ok(screen(alertOf(eleven)).split("\n").includes("and 1 more host"));
});

test("one host of several that has succeeded since says so", () => {
  assert.match(screen(alertOf({ details: [detail({ recovered: "yes" })] })), /, it has succeeded since\)/);
});

test("an alert that comes late says when it is from", () => {
  assert.not.match(screen(alertOf(), noonMs + 9 * 60_000), /told late/);
  assert.match(screen(alertOf(), noonMs + 3 * 3_600_000), /^told late: this is from 2026-01-31 12:00 UTC, 3h ago$/m);
});

test("what is about no host, or about several without a request, names a command that there is", () => {
  assert.is(messageOf(absent({ hosts: [], details: [] }), noonMs).command, "hd doctor");
  const two = absent({ details: [detail(), detail({ host: hostName("dns1") })] });
  assert.is(messageOf(two, noonMs).command, "hd alerts list");
});

test("an information has no mark, and an alert without a title has its rule's name", () => {
  assert.is(messageOf(alertOf({ severity: "info" }), noonMs).title, "prod/web1 failed: build_failed");
  assert.is(messageOf(alertOf({ severity: "info", title: " \n" }), noonMs).title, "failed");
});

test("whatever is in it, each part is one line, without control characters, reversals or credentials", () => {
  const text = fc
    .array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n", "\r", "\u2028", "\u202e", "https://a:s3cret@h/")),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, text, (title, message, line) => {
      const alert = { ...alertOf({ title, details: [detail({ message, log_tail: [line] })] }) };
      const told = messageOf({ ...alert, about: { seq: 1, requester: requester("alice"), reason: message } }, noonMs);
      const parts = [told.title, ...told.lines, ...told.hosts.flatMap(({ line: said, output }) => [said, ...output])];
      for (const part of parts) {
        assert.not.match(part, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]|s3cret/u);
        assert.ok(part.length <= 2_000);
      }
    }),
  );
});

test.run();
