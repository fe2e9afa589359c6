/** Random rules for alerts, each of which can fire, and how a person would write them down. */
import fc from "fast-check";
import type { AlertRules, Condition, Rule, Sink } from "../../lib/contract/alert-rules.ts";
import { durationText } from "../../lib/contract/duration.ts";
import { anyName } from "./arbitraries.ts";

const orNothing = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> => fc.option(value, { nil: undefined });

const some = <A>(all: readonly A[]): fc.Arbitrary<A[] | undefined> =>
  orNothing(fc.subarray([...all], { minLength: 1 }));

const names = (least = 1): fc.Arbitrary<string[]> =>
  fc.uniqueArray(anyName, { minLength: least, maxLength: 4, selector: (name) => name.toLowerCase() });

const amount = (most: number, unitMs: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most }).map((n) => n * unitMs);

/** As long as anything that is asked for may be. */
const anyWait: fc.Arbitrary<number> = fc.oneof(amount(90, 1_000), amount(120, 60_000), amount(24, 3_600_000));
const anyDuration: fc.Arbitrary<number> = fc.oneof(anyWait, amount(70, 86_400_000));

const file = fc.constantFrom("/run/credentials/hd-alerter/token", '/with "quotes" and blanks', "/back\\slash", "/ünï");
const url = fc.constantFrom(
  "https://hooks.example.org/hd",
  "http://localhost:9093",
  "http://[::1]:8080/a?b=c@d",
  "https://a.b",
);
const mail = fc.constantFrom("ops@example.org", "a.b+c@localhost", "x@a-b.c");

const anySinkKind: fc.Arbitrary<object> = fc.oneof(
  fc.record({ type: fc.constant("webhook"), url, secretFile: orNothing(file) }),
  fc.record({
    type: fc.constant("ntfy"),
    url: fc.constantFrom("https://ntfy.sh/homelab", "http://n:80/sub/topic_1"),
    tokenFile: orNothing(file),
  }),
  fc.record({ type: fc.constant("alertmanager"), url, tokenFile: orNothing(file) }),
  fc.record({ type: fc.constant("slack"), urlFile: file }),
  fc.record({ type: fc.constant("matrix"), url, room: fc.constantFrom("!abc:example.org", "!x"), tokenFile: file }),
  fc
    .record({
      type: fc.constant("email"),
      server: fc.constantFrom("smtp://mail.example.org:587", "smtps://[::1]", "smtp://localhost"),
      from: mail,
      to: fc.uniqueArray(mail, { minLength: 1 }),
      login: orNothing(fc.record({ user: fc.constantFrom("hd", "a@b.c"), passwordFile: file })),
    })
    .map(({ login, ...rest }) => ({ ...rest, user: login?.user, passwordFile: login?.passwordFile })),
  fc.record({ type: fc.constant("prometheus") }),
  fc.record({
    type: fc.constant("command"),
    argv: fc.array(fc.constantFrom("--x", "", "a b", 'say "hi"', "ünï")).map((more) => ["/usr/bin/notify", ...more]),
  }),
);

const whom = { tier: orNothing(names()), host: orNothing(names()), role: orNothing(names()) };

const rejections = ["unauthorized", "frozen", "expired", "invalid_request"] as const;
const failed = ["build_failed", "activation_failed", "rolled_back", "revision_not_found"] as const;
const requester = orNothing(names());
const times = orNothing(fc.record({ count: fc.integer({ min: 2, max: 1_000 }), withinMs: anyDuration }));
const mark = fc.constantFrom(true as const, undefined);
const nothing = fc.constant(undefined);

/** What may be asked for together, a kind of record at a time. */
const anyRecord: fc.Arbitrary<object> = fc
  .oneof(
    fc.record({
      ...{ status: fc.constantFrom(["failed"], ["failed", "rejected"], undefined), error: some(failed) },
      ...{ action: some(["switch", "boot", "test"]), phase: fc.constantFrom(undefined, ["activate", "rollback"]) },
      ...{ longerThanMs: orNothing(anyDuration), rolledBack: mark, freezeOverridden: mark, unsigned: mark },
      ...{ requester, times },
    }),
    fc.record({
      ...{ status: fc.constantFrom(["rejected"], undefined), error: some(rejections), action: nothing, phase: nothing },
      ...{ longerThanMs: nothing, rolledBack: nothing, freezeOverridden: nothing, unsigned: mark, requester, times },
    }),
    fc.record({
      ...{ status: fc.constantFrom(["completed"], ["started", "completed"], ["started"]), error: nothing },
      ...{ action: some(["switch", "dry-activate"]), phase: fc.constantFrom(undefined, ["activate"]) },
      ...{ longerThanMs: orNothing(anyDuration), rolledBack: nothing, freezeOverridden: mark, unsigned: nothing },
      ...{ requester, times },
    }),
  )
  .chain((condition) => fc.record(whom).map((about) => ({ kind: "record", ...about, ...condition })))
  .filter((condition) => Object.values(condition).filter((value) => value !== undefined).length > 1);

const anyAbsence: fc.Arbitrary<object> = fc.record({
  kind: fc.constantFrom("unfinished", "unseen", "undeployed", "reboot"),
  ...whom,
  afterMs: fc.oneof(anyDuration, fc.constant(9_999 * 86_400_000)),
});

const anyRule = (sinks: readonly string[]): fc.Arbitrary<object> =>
  fc
    .record({
      when: fc.oneof(anyRecord, anyAbsence),
      to: fc.subarray([...sinks], { minLength: 1 }),
      severity: fc.constantFrom("info", "warning", "critical"),
      recovery: fc.boolean(),
      groupWaitMs: anyWait,
    })
    .map((rule) => {
      const { status } = rule.when as { status?: readonly string[] };
      return { ...rule, recovery: rule.recovery && status?.join() !== "completed" };
    });

export const anyRules: fc.Arbitrary<AlertRules> = names()
  .chain((sinks) =>
    fc.record({
      sinks: fc.tuple(...sinks.map((name) => anySinkKind.map((kind) => ({ name, ...kind })))),
      rules: names(0).chain((all) => fc.tuple(...all.map((name) => anyRule(sinks).map((rule) => ({ name, ...rule }))))),
    }),
  )
  // Plain objects, also where the generators make some without a prototype.
  .map((rules) => structuredClone(rules) as unknown as AlertRules);

export const noAlerts: AlertRules = { rules: [], sinks: [] };

/** A list of one is written as a word. */
const tomlValue = (value: unknown): string =>
  JSON.stringify(Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? value[0] : value);

const table = (header: string, pairs: Readonly<Record<string, unknown>>, write = tomlValue): string => {
  const lines = Object.entries(pairs).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${write(value)}\n`],
  );
  return `\n[${header}]\n${lines.join("")}`;
};

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const sinkToml = ({ name, ...rest }: Sink): string =>
  table(
    `sinks.${name}`,
    Object.fromEntries(Object.entries(rest).map(([key, value]) => [snake(key), value])),
    JSON.stringify,
  );

const absenceKeys = {
  ...{ unfinished: "unfinished_for", unseen: "unseen_for" },
  ...{ undeployed: "undeployed_for", reboot: "reboot_pending_for" },
} as const;

const lengthOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : durationText(ms));

const whenToml = (when: Condition): Readonly<Record<string, unknown>> => {
  if (when.kind !== "record") {
    const { kind, afterMs, ...about } = when;
    return { ...about, [absenceKeys[kind]]: durationText(afterMs) };
  }
  const { kind, longerThanMs, rolledBack, freezeOverridden, times: often, ...rest } = when;
  return {
    ...rest,
    ...{ longer_than: lengthOf(longerThanMs), rolled_back: rolledBack, freeze_overridden: freezeOverridden },
    ...{ times: often?.count, within: lengthOf(often?.withinMs) },
  };
};

const ruleToml = ({ name, when, to, severity, recovery, groupWaitMs }: Rule): string =>
  table(`rules.${name}`, { ...whenToml(when), to, severity, recovery, group_wait: durationText(groupWaitMs) });

export const rulesToml = ({ rules, sinks }: AlertRules): string =>
  [...sinks.map(sinkToml), ...rules.map(ruleToml)].join("");
